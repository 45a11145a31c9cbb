"""What exercise `free_modules` of lab 5 is checked on."""

from course_utils.exercises import Case, Exercise, Fixture, edit


def _cases(rng):
    names = ("conv2", "auxiliary_inception_4a", "inception_3a", "inception_4a", "inception_4b")

    def case(name, modules, frozen=False):
        # With these numbers of maps, each choice of layers has another number of weights.
        filters = dict(zip(names, (int(n) for n in rng.permutation([2, 3, 4, 5, 7])), strict=True))
        network = Fixture("small_modules", filters=filters, seed=1, frozen=frozen)
        return Case(name, network, modules, shares=True)  # "Returns backbone itself."

    # "A layer learns if its name begins with one of these names and an underscore", whatever
    # follows: _3x3 or _3x3_reduce. "No other layer learns": conv2 and auxiliary_inception_4a.
    yield case("the module in the middle, all free before", ["inception_4a"])
    # "Or frozen by backbone.trainable = False."
    yield case("the last module, all frozen before", ["inception_4b"], frozen=True)
    # "One of these names": each of them.
    yield case("two that are not neighbours", ["inception_4b", "inception_3a"])
    yield case("two, all frozen before", ["inception_3a", "inception_4a"], frozen=True)
    # "And an underscore".
    yield case("a name that no underscore follows", ["inception_3a", "inception_4"])


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

    backbone.trainable = True
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
        "Where the backbone was frozen before, nothing learns: a frozen model learns nothing, "
        "whatever its layers say, and these stay frozen until they are set to True. Begin with "
        "backbone.trainable = True.": edit("backbone.trainable = True\n", ""),
        "The underscore is missing: a name may be only the beginning of another one.": edit(
            '{module}_"', '{module}"'
        ),
        "The name stands anywhere in your layers' names: it must stand at the beginning.": edit(
            'layer.name.startswith(f"{module}_")', 'f"{module}_" in layer.name'
        ),
        "The name, without its underscore, stands anywhere in your layers' names: it must stand at "
        "the beginning, and an underscore behind it.": edit(
            'layer.name.startswith(f"{module}_")', "module in layer.name"
        ),
        "Every layer learns that is in a named module or no batch normalisation. Both must hold: "
        "and.": edit("named and", "named or"),
        "All layers behind the first of `modules` learn, too. Only the named modules do.": edit(
            "for layer",
            "behind = False\nfor layer",
            "layer.trainable = named",
            'behind = behind or layer.name.startswith(f"{modules[0]}_")\n'
            "    layer.trainable = behind",
        ),
        "You cut the last part off and compare: of inception_4a_3x3_reduce that leaves "
        "inception_4a_3x3.": edit(
            'layer.name.startswith(f"{module}_")', 'layer.name.rsplit("_", 1)[0] == module'
        ),
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
        "This is a copy of the network. backbone itself is changed, and returned.": edit(
            "backbone.trainable = True",
            "backbone = keras.models.clone_model(backbone)\nbackbone.trainable = True",
        ),
        "Nothing was frozen: Keras has every layer trainable at first.": edit(
            "for layer", "return backbone\nfor layer"
        ),
    },
)
