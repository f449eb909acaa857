"""The page that shows boards in a browser, and who is let in to it; knows no screen."""
