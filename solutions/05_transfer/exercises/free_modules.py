"""What exercise `free_modules` of lab 5 is checked on."""

from course_utils.exercises import Case, Exercise, Fixture, edit


def _cases(rng):
    def case(name, modules):
        # With these numbers of maps, each choice of layers has another number of weights.
        maps = (int(n) for n in rng.permutation([2, 4, 5]))
        names = ("inception_3a", "inception_3b", "inception_4a")
        filters = dict(zip(names, maps, strict=True))
        return Case(name, Fixture("small_modules", filters=filters, seed=1), modules)

    yield case("the module in the middle", ["inception_3b"])
    yield case("two that are not neighbours", ["inception_4a", "inception_3a"])


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
    alternatives=[_freeze_then_free, _by_kind],
    mistakes={
        "Batch normalisation learns as well: it stays frozen, so that its statistics stay.": edit(
            " and not isinstance(layer, keras.layers.BatchNormalization)", ""
        ),
        "Batch normalisation alone learns here; it is the one that stays frozen.": edit("not ", ""),
        "The named modules are frozen and the others learn: it is the other way round.": edit(
            "named and", "not named and"
        ),
        "Nothing learns. Is backbone.trainable False? Then what its layers say does not count. Or "
        "do you look for layers of the module's very name?": edit(
            "return", "backbone.trainable = False\nreturn"
        ),
        "Every convolution learns, whatever the names say.": edit("named and", ""),
        "All layers behind the first named module learn, too. Only the named modules do.": edit(
            "for layer", "named = False\nfor layer", "any(", "named or any("
        ),
        "Only the first of the named modules learns.": edit("in modules", "in modules[:1]"),
        "Only the last of the named modules learns.": edit("in modules", "in modules[-1:]"),
        "inception_3a and inception_3b begin alike: compare the whole name of the module.": edit(
            'f"{module}_"', "module[:-1]"
        ),
        "The model itself is asked back; you return names.": edit(
            "return backbone", "return [layer.name for layer in backbone.layers if layer.trainable]"
        ),
        "Nothing was frozen: Keras has every layer trainable at first.": edit(
            "for layer", "return backbone\nfor layer"
        ),
    },
)
