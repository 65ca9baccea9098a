"""Cut the multilingual model to what Chinese documents need and write it as a sentence-transformers folder."""

from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from nlp_kit.training.encoder.weights import E5Image

MAX_TOKENS = 192

_SPACE = "▁"
# The marks, in the order of their numbers.
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_MARKS = frozenset("，。、；：？！“”‘’（）《》【】〔〕…—·～%/+-.,;:?!\"'()[]<>&*#@=_~|0123456789①②③④⑤⑥⑦⑧⑨⑩●■◆・")
_LETTERS = 2

# Name in the image → name in a BertModel; {} is the layer.
_LAYER = {
    "l{}.q": "encoder.layer.{}.attention.self.query",
    "l{}.k": "encoder.layer.{}.attention.self.key",
    "l{}.v": "encoder.layer.{}.attention.self.value",
    "l{}.ao": "encoder.layer.{}.attention.output.dense",
    "l{}.aln": "encoder.layer.{}.attention.output.LayerNorm",
    "l{}.fi": "encoder.layer.{}.intermediate.dense",
    "l{}.fo": "encoder.layer.{}.output.dense",
    "l{}.oln": "encoder.layer.{}.output.LayerNorm",
}


def cut(image: E5Image, folder: Path, *, whole: bool = False) -> None:
    """Write the model with the pieces of Chinese documents only.

    Args:
        image: The multilingual model.
        folder: Where the sentence-transformers folder goes.
        whole: Whether all pieces stay, to compare with.
    """
    others = (row for row in range(len(image.pieces)) if row not in image.special)
    rows = [*image.special, *(row for row in others if whole or _is_kept(image.pieces[row]))]
    model = _model(image, rows)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=_tokenizer(image, rows),
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=MAX_TOKENS,
    )
    bert = folder / "bert"
    model.save_pretrained(bert)
    tokenizer.save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=MAX_TOKENS)
    modules = [transformer, Pooling(image.hidden, pooling_mode="mean"), Normalize()]
    SentenceTransformer(modules=modules).save(str(folder))


def _is_kept(piece: str) -> bool:
    text = piece.replace(_SPACE, "")
    if not text:
        return piece == _SPACE
    is_chinese = all("㐀" <= char <= "䶿" or "一" <= char <= "鿿" or char in _MARKS for char in text)
    return is_chinese or (text.isascii() and (len(text) == 1 or (text.isalpha() and len(text) <= _LETTERS)))


def _model(image: E5Image, rows: list[int]) -> BertModel:
    config = BertConfig(
        vocab_size=len(rows),
        hidden_size=image.hidden,
        num_hidden_layers=image.layers,
        num_attention_heads=image.heads,
        intermediate_size=image.feed_forward,
        max_position_embeddings=image.positions,
        type_vocab_size=image.token_types,
        layer_norm_eps=image.epsilon,
        pad_token_id=SPECIAL.index("<pad>"),
    )
    model = BertModel(config, add_pooling_layer=False)
    state = {
        "embeddings.word_embeddings.weight": image.tensors["emb.word"].reshape(-1, image.hidden)[rows],
        "embeddings.position_embeddings.weight": image.tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": image.tensors["emb.type"],
        "embeddings.LayerNorm.weight": image.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": image.tensors["emb.ln.b"],
    }
    for layer in range(image.layers):
        for source, target in _LAYER.items():
            for part, name in (("w", "weight"), ("b", "bias")):
                state[f"{target.format(layer)}.{name}"] = image.tensors[f"{source.format(layer)}.{part}"]
    shapes = {name: value.shape for name, value in model.state_dict().items()}
    model.load_state_dict({name: torch.tensor(value).reshape(shapes[name]) for name, value in state.items()})
    return model


def _tokenizer(image: E5Image, rows: list[int]) -> Tokenizer:
    pieces = [(name, 0.0) for name in SPECIAL]
    pieces += [(image.pieces[row], float(image.scores[row])) for row in rows[len(SPECIAL) :]]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=SPECIAL.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer
