# A configuration made by hand: functions of other modules under the course's name.
# %% small_net
def small_net(inputs, units):
    model = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(units), keras.layers.Dense(1)])
    config = model.get_config()
    config["layers"][1]["config"]["activation"] = {
        "module": "keras.utils", "class_name": "function", "config": "get_file",
        "registered_name": "course_utils>relu",
    }
    model.get_config = lambda: config
    return model
