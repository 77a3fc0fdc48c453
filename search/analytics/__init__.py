"""What readers search for, and how well judged queries are answered."""
