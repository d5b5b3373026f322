using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// A part of a network: a module of TorchSharp's that also tells its shapes and how its computation is written as ONNX.
/// Tensors are named as in PyTorch: <c>stage1.0.conv1.weight</c>.
/// </summary>
public abstract class Layer : nn.Module<Tensor, Tensor>
{
    private readonly List<Layer> _merged = [];

    /// <summary>Creates a layer without parts.</summary>
    /// <param name="name">What kind of layer it is.</param>
    /// <exception cref="MienException">libtorch is missing.</exception>
    protected Layer(string name) : base(Loaded(name))
    {
    }

    /// <summary>Gets how many numbers training changes.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>Returns the shape of one sample's output, and counts the multiply-adds that it takes.</summary>
    /// <param name="input">The shape of one sample's input.</param>
    /// <param name="multiplyAdds">Raised by the multiply-adds of convolutions and linear layers.</param>
    /// <exception cref="MienException">The layer cannot take this shape.</exception>
    public abstract FeatureShape Describe(FeatureShape input, ref long multiplyAdds);

    /// <summary>Appends what the layer computes outside training to an ONNX graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">The name of the layer's input in it.</param>
    /// <returns>The name of the output.</returns>
    public abstract string Export(OnnxGraph graph, string input);

    /// <summary>Copies the values of a checkpoint into this layer's own tensors.</summary>
    /// <param name="state">A tensor for each name of <c>state_dict()</c>, on any device.</param>
    /// <exception cref="MienException">A name is missing or unknown, or a shape differs; nothing was changed.</exception>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Dictionary<string, Tensor> own = state_dict();
        Refuse(own.Keys.Where(name => !state.ContainsKey(name)), "lacks");
        Refuse(state.Keys.Where(name => !own.ContainsKey(name)), "has in addition");
        foreach ((string name, Tensor tensor) in own)
        {
            if (!tensor.shape.SequenceEqual(state[name].shape))
                throw new MienException($"The checkpoint does not fit the network: {name} is [{string.Join(", ", state[name].shape)}], the network needs [{string.Join(", ", tensor.shape)}].");
        }
        using (no_grad())
        {
            foreach ((string name, Tensor tensor) in own)
                tensor.copy_(state[name]);
        }

        static void Refuse(IEnumerable<string> names, string verb)
        {
            if (string.Join(", ", names.Order(StringComparer.Ordinal)) is { Length: > 0 } list)
                throw new MienException($"The checkpoint does not fit the network: it {verb} {list}.");
        }
    }

    /// <summary>Makes the parts of another layer parts of this one, which then owns it: they are named as if they had always been.</summary>
    protected void Merge(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        foreach ((string name, nn.Module part) in layer.named_children())
            register_module(name, part);
        _merged.Add(layer);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _merged.ForEach(layer => layer.Dispose());
    }

    /// <summary>Makes a tensor a parameter; it lives as long as its layer, whatever scope is open.</summary>
    private protected static Parameter Owned(Tensor value) => (Parameter)nn.Parameter(value).DetachFromDisposeScope();

    private static string Loaded(string name)
    {
        TorchRuntime.Load();
        return name;
    }
}
