"""The language features: what an editor shows and offers in `artifacts.yaml`, `dvc.yaml`, `.gto` and CI files.

Pure functions of a document, a snapshot of the registry and facts about the world. Invariant: nothing here knows a
transport, does I/O or looks at a clock, and no text whatever makes it raise or take unbounded time.
"""
