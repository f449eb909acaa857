"""``python -m wallboard``."""

from wallboard.cli import main

if __name__ == "__main__":
    main()
