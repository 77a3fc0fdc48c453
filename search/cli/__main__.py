"""`python -m zhsearch.search.cli`, for where the console script is not installed."""

from zhsearch.search.cli.main import main

main()
