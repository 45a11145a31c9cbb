"""What exercise `free_modules` of lab 5 is checked on."""

from course_utils.exercises import Case, Exercise, Fixture

# Numbers of maps such that each choice of layers has another number of weights.
_MODULES = {"inception_3a": 2, "inception_3b": 3, "inception_4a": 5}


def _cases(rng):
    def case(name, modules):
        return Case(name, Fixture("small_modules", filters=_MODULES, seed=1), modules)

    names = list(_MODULES)
    yield case("the last module", names[-1:])
    yield case(
        "two modules, one named first that comes later", [names[int(rng.integers(1, 3))], names[0]]
    )


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
        "Nothing learns, whatever the names say. Is backbone.trainable False? Then what its layers "
        "say does not count.": _frozen_after,
        "Everything learns, batch normalisation too.": _answer(
            free=lambda name, modules: True, norms=True
        ),
        "Every convolution learns, whatever the names say.": _answer(
            free=lambda name, modules: True
        ),
        "All layers behind the first named module learn, too. Only the named modules do.": (
            _all_from_first
        ),
        "The name of a module is that of its last layer alone, where the branches are joined. Its "
        "other layers begin with that name.": _answer(free=lambda name, modules: name in modules),
        "Only the first of the named modules learns.": _answer(
            free=lambda name, modules: _belongs(name, modules[:1])
        ),
        "Only the last of the named modules learns.": _answer(
            free=lambda name, modules: _belongs(name, modules[-1:])
        ),
        "inception_3a and inception_3b begin alike: compare the whole name of the module.": _answer(
            free=lambda name, modules: any(name.startswith(m[:-1]) for m in modules)
        ),
        "The model itself is asked back; you return the names.": _answer(
            result=lambda model: [layer.name for layer in model.layers if layer.trainable]
        ),
        "Nothing was frozen: Keras has every layer trainable at first.": (
            lambda backbone, modules: backbone
        ),
    },
)
