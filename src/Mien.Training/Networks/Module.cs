using System.Diagnostics.CodeAnalysis;
using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>A tensor that a module owns: a parameter, which training changes by its gradient, or a buffer, which it does not.</summary>
public sealed class ModuleTensor
{
    internal ModuleTensor(Tensor value) => Value = value;

    /// <summary>The tensor itself.</summary>
    public Tensor Value { get; internal set; }
}

/// <summary>
/// A part of a network: tensors, the computation over them, and how that computation is written as ONNX.
/// Names are dotted as in PyTorch: <c>stage1.0.conv1.weight</c>.
/// </summary>
[SuppressMessage("Naming", "CA1716", Justification = "The field's own term; only Visual Basic has it as a keyword.")]
public abstract class Module : IDisposable
{
    private readonly List<(string Name, ModuleTensor Tensor)> _parameters = [];
    private readonly List<(string Name, ModuleTensor Tensor)> _buffers = [];
    private readonly List<(string Name, Module Module)> _children = [];

    /// <summary>Whether dropout drops and batch norm takes the batch's own statistics. True at first.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>How many numbers training changes.</summary>
    public long ParameterCount => NamedParameters().Sum(parameter => parameter.Value.Count);

    /// <summary>The output for a batch.</summary>
    public abstract Tensor Forward(Tensor input);

    /// <summary>The shape of one sample's output, and how many multiply-adds it takes to compute it.</summary>
    /// <param name="input">The shape of one sample's input.</param>
    /// <param name="multiplyAdds">Raised by the multiply-adds of convolutions and linear layers.</param>
    /// <exception cref="MienException">The module cannot take this shape.</exception>
    public abstract FeatureShape Describe(FeatureShape input, ref long multiplyAdds);

    /// <summary>Appends what the module computes outside training to an ONNX graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">The name of the module's input in it.</param>
    /// <returns>The name of the output.</returns>
    public abstract string Export(OnnxGraph graph, string input);

    /// <summary>The parameters of this module and all below it, by dotted name.</summary>
    public IEnumerable<(string Name, Tensor Value)> NamedParameters() => Walk(module => module._parameters).Select(entry => (entry.Name, entry.Tensor.Value));

    /// <summary>The buffers of this module and all below it, by dotted name: the running statistics of batch norm.</summary>
    public IEnumerable<(string Name, Tensor Value)> NamedBuffers() => Walk(module => module._buffers).Select(entry => (entry.Name, entry.Tensor.Value));

    /// <summary>This module and all below it, by dotted name.</summary>
    internal IEnumerable<(string Name, Module Module)> NamedModules(string name = "")
    {
        yield return (name, this);
        foreach ((string child, Module module) in _children)
        {
            foreach ((string Name, Module Module) inner in module.NamedModules(name.Length == 0 ? child : child.Length == 0 ? name : $"{name}.{child}"))
                yield return inner;
        }
    }

    /// <summary>Parameters and buffers by dotted name: all that a checkpoint of the network holds.</summary>
    public IReadOnlyDictionary<string, Tensor> State() => NamedParameters().Concat(NamedBuffers()).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);

    /// <summary>Copies the values of a checkpoint into this module's own tensors.</summary>
    /// <param name="state">A tensor for each name of <see cref="State"/>.</param>
    /// <exception cref="MienException">A name is missing or unknown, or a shape differs; nothing was changed.</exception>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        IReadOnlyDictionary<string, Tensor> own = State();
        Refuse(own.Keys.Where(name => !state.ContainsKey(name)), "lacks");
        Refuse(state.Keys.Where(name => !own.ContainsKey(name)), "has in addition");
        foreach ((string name, Tensor tensor) in own)
        {
            if (!tensor.Shape.SequenceEqual(state[name].Shape))
                throw new MienException($"The checkpoint does not fit the network: {name} is [{string.Join(", ", state[name].Shape)}], the network needs [{string.Join(", ", tensor.Shape)}].");
        }
        using (Autograd.NoGrad())
        {
            foreach ((string name, Tensor tensor) in own)
                tensor.CopyInPlace(state[name]);
        }

        static void Refuse(IEnumerable<string> names, string verb)
        {
            if (string.Join(", ", names.Order(StringComparer.Ordinal)) is { Length: > 0 } list)
                throw new MienException($"The checkpoint does not fit the network: it {verb} {list}.");
        }
    }

    /// <summary>Switches this module and all below it to training.</summary>
    public void Train() => SetTraining(true);

    /// <summary>Switches this module and all below it to evaluation: no dropout, batch norm by its running statistics.</summary>
    public void Evaluate() => SetTraining(false);

    /// <summary>Moves all tensors to a device. Make the optimiser after that: it holds the tensors.</summary>
    public void To(Device device) => Replace(tensor => tensor.To(device));

    /// <summary>Frees the tensors of this module and all below it.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the tensors.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach ((_, ModuleTensor tensor) in _parameters.Concat(_buffers))
            tensor.Value.Dispose();
        foreach ((_, Module module) in _children)
            module.Dispose();
    }

    /// <summary>Makes a tensor a parameter of this module, which then owns it.</summary>
    protected ModuleTensor Parameter(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        value.RequiresGrad = true;
        return Own(_parameters, name, value);
    }

    /// <summary>Makes a tensor a buffer of this module, which then owns it.</summary>
    protected ModuleTensor Buffer(string name, Tensor value) => Own(_buffers, name, value);

    /// <summary>Makes another module a part of this one, which then owns it; with an empty name its tensors are named as if they were this one's.</summary>
    protected T Child<T>(string name, T module) where T : Module
    {
        _children.Add((name, module));
        return module;
    }

    /// <summary>Whether convolutions keep channels next to each other in memory, which libtorch computes faster on most CPUs and GPUs.</summary>
    /// <remarks>Laid out by hand: with one channel or a 1x1 kernel libtorch takes any tensor for channels-last, and then computes as if it were not.</remarks>
    internal void UseChannelsLast() => Replace(tensor => tensor.Shape is [var outputs, var inputs, var height, var width]
        ? Tensor.Empty([outputs, height, width, inputs], tensor.Type, tensor.Device).CopyInPlace(tensor.Permute(0, 2, 3, 1)).Permute(0, 3, 1, 2)
        : tensor);

    private static ModuleTensor Own(List<(string, ModuleTensor)> list, string name, Tensor value)
    {
        var owned = new ModuleTensor(value.Unscoped());
        list.Add((name, owned));
        return owned;
    }

    private void Replace(Func<Tensor, Tensor> change)
    {
        using (Autograd.NoGrad())
        using (new TensorScope())
        {
            foreach ((ModuleTensor tensor, bool trained) in Walk(module => module._parameters).Select(entry => (entry.Tensor, true))
                .Concat(Walk(module => module._buffers).Select(entry => (entry.Tensor, false))))
            {
                Tensor old = tensor.Value;
                Tensor changed = change(old);
                if (ReferenceEquals(changed, old))
                    continue;
                changed.RequiresGrad = trained;
                tensor.Value = changed.Unscoped();
                old.Dispose();
            }
        }
    }

    private IEnumerable<(string Name, ModuleTensor Tensor)> Walk(Func<Module, List<(string Name, ModuleTensor Tensor)>> choose)
    {
        foreach ((string name, ModuleTensor tensor) in choose(this))
            yield return (name, tensor);
        foreach ((string prefix, Module module) in _children)
        {
            foreach ((string name, ModuleTensor tensor) in module.Walk(choose))
                yield return (prefix.Length == 0 ? name : $"{prefix}.{name}", tensor);
        }
    }

    private void SetTraining(bool on)
    {
        IsTraining = on;
        foreach ((_, Module module) in _children)
            module.SetTraining(on);
    }
}
