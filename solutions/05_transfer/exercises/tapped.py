"""What exercise `tapped` of lab 5 is checked on."""

from course_utils.exercises import Case, Exercise, Fixture


def _cases(rng):
    def case(name, names, height, width, maps=(2, 3, 4)):
        seed = int(rng.integers(100))
        network = Fixture("branched_network", shape=(height, width, 2), maps=maps, seed=seed)
        return Case(name, network, names)

    yield case("a block alone", ["block_2"], 8, 8)
    yield case("all blocks", ["block_1", "block_2", "block_3"], 8, 12)
    yield case("the deeper one first", ["block_3", "block_1"], 12, 8)
    yield case("blocks of as many maps each", ["block_2", "block_1"], 8, 8, (3, 3, 3))


def _averaged(layers, x):
    return layers.GlobalAveragePooling2D()(x)


def _flattened(layers, x):
    return layers.Flatten()(x)


def _largest(layers, x):
    return layers.GlobalMaxPooling2D()(x)


def _added_up(layers, x):
    import keras

    return keras.ops.sum(x, axis=(1, 2))


def _over_maps(layers, x):
    import keras

    return keras.ops.mean(x, axis=(2, 3))


def _made(
    pool=_averaged,
    names_of=lambda network, names: names,
    join=lambda layers, parts: layers.Concatenate()(parts) if len(parts) > 1 else parts[0],
    source=lambda layer: layer.output,
    after=None,
):
    """An answer to `tapped` with pieces exchanged.

    pool: a function of (keras.layers, maps). names_of: which layers. join: makes one tensor, or
    what comes back instead, of the parts. source: where a layer is tapped. after: the last layer.
    """

    def answer(network, names):
        import keras

        taps = [source(network.get_layer(name)) for name in names_of(network, names)]
        outputs = join(keras.layers, [pool(keras.layers, tap) for tap in taps])
        if after:
            outputs = after(keras.layers, network, outputs)
        return keras.Model(network.input, outputs)

    return answer


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


def _in_order_of_depth(network, names):
    return [layer.name for layer in network.layers if layer.name in names]


def _before(layer):
    return layer.input[0] if isinstance(layer.input, (list, tuple)) else layer.input


def _averaged_once(network, names):
    """Pools only the first."""
    import keras

    outputs = [network.get_layer(name).output for name in names]
    pooled = [keras.layers.GlobalAveragePooling2D()(outputs[0])]
    pooled += [keras.layers.GlobalMaxPooling2D()(one) for one in outputs[1:]]
    return keras.Model(network.input, keras.layers.Concatenate()(pooled))


def _frozen(network, names):
    network.trainable = False
    return _made()(network, names)


def _classifying(layers, network, x):
    return layers.Dense(network.output_shape[-1], activation="softmax")(x)


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
        "places.": _made(_flattened),
        "Of each map the largest number is taken. The mean is asked.": _made(_largest),
        "Each map is added up. The mean over its places is asked.": _made(_added_up),
        "The mean is taken over width and maps. Take it over height and width, the axes 1 and "
        "2.": _made(_over_maps),
        "The outputs came back as a list. Concatenate them: one vector for each image.": _made(
            join=lambda layers, parts: parts * 2 if len(parts) == 1 else parts
        ),
        "The vectors stand in the order of depth. Asked is the order of `names`.": _made(
            names_of=_in_order_of_depth
        ),
        "The vectors stand in the reverse order of `names`.": _made(
            names_of=lambda network, names: names[::-1]
        ),
        "Only the first of `names` is there.": _made(names_of=lambda network, names: names[:1]),
        "Only the last of `names` is there.": _made(names_of=lambda network, names: names[-1:]),
        "The whole network came back. Asked are the vectors behind the blocks in "
        "`names`.": lambda network, names: network,
        "You tap what goes into a block, and only its first branch. Take its output.": _made(
            source=_before
        ),
        "The layers are frozen. Nothing is to be frozen here: leave `trainable` as it is.": _frozen,
        "There is a classifier on the vector. The vector alone is asked.": _made(
            after=_classifying
        ),
        "The vectors are added up. Concatenate them.": _made(
            names_of=lambda network, names: [names[0], names[0]],
            join=lambda layers, parts: layers.Add()(parts),
        ),
        "Only the first block is averaged, the others are not.": _averaged_once,
        "A symbolic tensor came back. Make a model of it: keras.Model(network.input, "
        "...).": lambda network, names: _made()(network, names).outputs[0],
        "The maps came back as they are. Average each over its places.": _made(
            pool=lambda layers, x: x,
            join=lambda layers, parts: parts[0],
        ),
    },
)
