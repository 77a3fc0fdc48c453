"""Parameters and JSON types of the API, without HTTP: the command line uses them too."""
