"""What the pages promise, tried out: their commands run, their links lead somewhere, their tables are the program's."""
