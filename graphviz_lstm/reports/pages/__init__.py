"""The pages: each is one HTML file that asks for nothing else. One template environment for all."""
