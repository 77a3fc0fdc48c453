"""Text analysis: folding, segmentation, and the terms under which a text is found."""
