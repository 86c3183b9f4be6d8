"""From a frozen snapshot to pages and files. Nothing here asks the database: the snapshot says it all."""
