"""Layers of one input each, under PyTorch's names, with the losses: every file is a family.

A layer holds parameters and settings; what it computes is a function of nn.functional.
"""
