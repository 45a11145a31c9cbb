"""What exercise `tapped` of lab 5 is checked on."""

from course_utils.exercises import Case, Exercise, Fixture, edit


def _cases(rng):
    def case(name, names, maps, height=8, width=8):
        seed = int(rng.integers(100))
        network = Fixture("branched_network", shape=(height, width, 2), maps=maps, seed=seed)
        # "Of the network's own layers": nothing is copied.
        return Case(name, network, names, shares=True)

    # "At least one" name; "layer after layer in the order of `names`", whatever their depth.
    yield case("a block alone", ["block_2"], (2, 3))
    yield case("all blocks, the deepest first", ["block_3", "block_1", "block_2"], (2, 3, 4), 12)
    yield case("blocks of as many maps each", ["block_2", "block_1"], (3, 3), width=12)


def _with_ops(network, names):
    import keras

    taps = [keras.ops.mean(network.get_layer(name).output, axis=(1, 2)) for name in names]
    return keras.Model(network.inputs[0], keras.ops.concatenate(taps, axis=-1))


def _by_calling(network, names):
    """A model of several outputs, called in a second one."""
    import keras

    maps = keras.Model(network.input, [network.get_layer(name).output for name in names])
    x = keras.Input(network.input_shape[1:])
    found = maps(x)
    found = found if isinstance(found, (list, tuple)) else [found]
    pooled = [keras.layers.GlobalAveragePooling2D()(one) for one in found]
    return keras.Model(x, keras.layers.concatenate(pooled) if len(pooled) > 1 else pooled[0])


def _by_lookup(network, names):
    import keras

    by_name = {layer.name: layer for layer in network.layers}
    parts = []
    for name in names:
        height, width, maps = by_name[name].output.shape[1:]
        pooled = keras.layers.AveragePooling2D((height, width))(by_name[name].output)
        parts.append(keras.layers.Reshape((maps,))(pooled))
    return keras.Model(network.input, keras.layers.Concatenate(axis=1)(parts))


tapped = Exercise(
    points=3,
    cases=_cases,
    hints=[
        "network.get_layer(name).output is what comes out of a layer, a symbolic tensor (None, "
        "height, width, maps).",
        "keras.layers.GlobalAveragePooling2D()(x) averages each map over its places: (None, maps).",
        "keras.layers.Concatenate()(parts) joins vectors, in the order of the list.",
        "At the end: keras.Model(network.input, the joined vector). Its layers are the network's "
        "own.",
    ],
    alternatives=[_with_ops, _by_calling, _by_lookup],
    mistakes={
        "The maps are flattened: each place has features of its own. Average each map over its "
        "places.": edit("GlobalAveragePooling2D", "Flatten"),
        "Of each map the largest number is taken. The mean is asked.": edit("Average", "Max"),
        "Each map is added up. The mean over its places is asked.": edit(
            "keras.layers.GlobalAveragePooling2D()(maps)", "keras.ops.sum(maps, axis=(1, 2))"
        ),
        "The mean is taken over width and maps. Take it over height and width, the axes 1 and "
        "2.": edit(
            "keras.layers.GlobalAveragePooling2D()(maps)", "keras.ops.mean(maps, axis=(2, 3))"
        ),
        "The outputs came back as a list. Concatenate them: one vector for each image.": edit(
            "keras.layers.Concatenate()(averages)", "averages"
        ),
        "The vectors stand in the order of depth. Asked is the order of `names`.": edit(
            "network.get_layer(name).output for name in",
            "layer.output for layer in network.layers if layer.name in",
        ),
        "The vectors stand in the reverse order of `names`.": edit("in names", "in names[::-1]"),
        "Only the first of `names` is there.": edit("in names", "in names[:1]"),
        "Only the last of `names` is there.": edit("in names", "in names[-1:]"),
        "The whole network came back. Asked are the vectors behind the blocks in `names`.": edit(
            "keras.Model(network.input, vector)", "network"
        ),
        "You tap what goes into a block, and only its first branch. Take its output.": edit(
            "output", "input[0]"
        ),
        "The layers are frozen. Nothing is to be frozen here: leave `trainable` as it is.": edit(
            "taps = ", "network.trainable = False\ntaps = "
        ),
        "There is a classifier on the vector. The vector alone is asked.": edit(
            "vector)", 'keras.layers.Dense(network.output_shape[-1], activation="softmax")(vector))'
        ),
        "The layers are copies. Take those of the network that was given.": edit(
            "taps = ", "network = keras.models.clone_model(network)\ntaps = "
        ),
        "A layer is called on the images themselves. Its output in the network is "
        "network.get_layer(name).output.": edit(
            "network.get_layer(name).output", "network.get_layer(name)(network.input)"
        ),
        "The vectors are added up. Concatenate them.": edit("Concatenate", "Add"),
        "Only the first block is averaged, the others are not.": edit(
            "(maps) for",
            "(maps) if maps is taps[0] else keras.layers.GlobalMaxPooling2D()(maps) for",
        ),
        "A symbolic tensor came back. Make a model of it: keras.Model(network.input, ...).": edit(
            "keras.Model(network.input, vector)", "vector"
        ),
        "The maps came back as they are. Average each over its places.": edit("vector)", "taps)"),
    },
)
