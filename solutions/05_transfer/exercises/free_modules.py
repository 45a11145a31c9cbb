"""What exercise `free_modules` of lab 5 is checked on."""

from course_utils.exercises import Case, Exercise, Fixture


def _cases(rng):
    def case(name, modules):
        # With these numbers of maps, each choice of layers has another number of weights.
        maps = (int(n) for n in rng.permutation([2, 4, 5]))
        names = ("inception_3a", "inception_3b", "inception_4a")
        filters = dict(zip(names, maps, strict=True))
        return Case(name, Fixture("small_modules", filters=filters, seed=1), modules)

    yield case("the module in the middle", ["inception_3b"])
    yield case("two that are not neighbours", ["inception_4a", "inception_3a"])


def _norm(layer):
    return type(layer).__name__ == "BatchNormalization"


def _belongs(name, modules):
    return any(name.startswith(module + "_") for module in modules)


def _answer(free=_belongs, norms=False, result=lambda model: model):
    """An answer with pieces exchanged.

    free: (name, modules) -> whether a layer of that name learns. norms: whether batch normalisation
    does as well ("only": it alone). result: what is made of the model at the end.
    """

    def answer(backbone, modules):
        for layer in backbone.layers:
            inside = free(layer.name, modules)
            layer.trainable = inside and (norms or not _norm(layer))
            if norms == "only":
                layer.trainable = inside and _norm(layer)
        return result(backbone)

    return answer


def _freeze_then_free(backbone, modules):
    backbone.trainable = False
    backbone.trainable = True
    for layer in backbone.layers:
        layer.trainable = False
    for module in modules:
        for layer in backbone.layers:
            if layer.name.startswith(f"{module}_") and not layer.name.endswith("_norm"):
                layer.trainable = True
    return backbone


def _by_kind(backbone, modules):
    """Only convolutions have weights to learn here."""
    import keras

    for layer in backbone.layers:
        module = "_".join(layer.name.split("_")[:2])
        layer.trainable = isinstance(layer, keras.layers.Conv2D) and module in set(modules)
    return backbone


def _all_from_first(backbone, modules):
    """Everything from the first layer of the first named module on learns."""
    reached = False
    for layer in backbone.layers:
        reached = reached or _belongs(layer.name, modules)
        layer.trainable = reached and not _norm(layer)
    return backbone


def _frozen_after(backbone, modules):
    _answer()(backbone, modules)
    backbone.trainable = False
    return backbone


free_modules = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "Walk through backbone.layers. For each layer, decide whether layer.trainable is True or "
        "False.",
        'A layer belongs to a module if its name begins with the name of the module and "_": '
        "layer.name.startswith(...).",
        "isinstance(layer, keras.layers.BatchNormalization) tells the layers that stay frozen in "
        "any case.",
    ],
    alternatives=[_answer(), _freeze_then_free, _by_kind],
    mistakes={
        "Batch normalisation learns as well: it stays frozen, so that its statistics stay.": (
            _answer(norms=True)
        ),
        "Batch normalisation alone learns here; it is the one that stays frozen.": _answer(
            norms="only"
        ),
        "The named modules are frozen and the others learn: it is the other way round.": _answer(
            free=lambda name, modules: not _belongs(name, modules)
        ),
        "Nothing learns. Is backbone.trainable False? Then what its layers say does not count. Or "
        "do you look for layers of the module's very name?": _frozen_after,
        "Every convolution learns, whatever the names say.": _answer(
            free=lambda name, modules: True
        ),
        "All layers behind the first named module learn, too. Only the named modules do.": (
            _all_from_first
        ),
        "Only the first of the named modules learns.": _answer(
            free=lambda name, modules: _belongs(name, modules[:1])
        ),
        "Only the last of the named modules learns.": _answer(
            free=lambda name, modules: _belongs(name, modules[-1:])
        ),
        "inception_3a and inception_3b begin alike: compare the whole name of the module.": _answer(
            free=lambda name, modules: any(name.startswith(m[:-1]) for m in modules)
        ),
        "The model itself is asked back; you return names.": _answer(
            result=lambda model: [layer.name for layer in model.layers if layer.trainable]
        ),
        "Nothing was frozen: Keras has every layer trainable at first.": (
            lambda backbone, modules: backbone
        ),
    },
)
