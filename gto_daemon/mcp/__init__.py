"""`gtod mcp`: the registry as tools and resources of the Model Context Protocol, over `gto_daemon.client`.

Whatever is asked is asked of the daemon; this package only translates: methods into tools, results into structured
content, refusals into results that an agent can read. Texts that other people wrote travel in data fields only.
"""
