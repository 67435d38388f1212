"""Parameters kept in another form, as torch.nn.utils.parametrizations."""

from nn.utils.weight_norm import as_parametrization as weight_norm

__all__ = ["weight_norm"]
