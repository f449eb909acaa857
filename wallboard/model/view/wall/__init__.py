"""The wall as data: what can be read and fits, its pages, what it says."""
