"""Some of the paths: automata, their products with the DAG, and which edges are marked."""
