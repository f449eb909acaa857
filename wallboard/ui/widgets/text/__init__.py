"""Drawing of text: lines, panels, lists, big digits, styles."""
