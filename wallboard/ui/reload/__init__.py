"""What the reader's board does when its configuration becomes another one."""
