"""`python -m graphviz_lstm`: the command `graphviz-lstm`."""

from graphviz_lstm.interfaces.cli import main

if __name__ == "__main__":
    main()
