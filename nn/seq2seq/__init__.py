"""From one sequence to another by recurrent networks: an encoder, a decoder, and what they look at."""

from nn.seq2seq.decoder import RecurrentDecoder as RecurrentDecoder
from nn.seq2seq.encoder import RecurrentEncoder as RecurrentEncoder
from nn.seq2seq.model import Seq2Seq as Seq2Seq
