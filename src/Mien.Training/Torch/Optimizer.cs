namespace Mien.Training.Torch;

/// <summary>Parameters that an optimizer treats alike.</summary>
/// <param name="Parameters">Tensors that collect gradients.</param>
public sealed record ParameterGroup(IReadOnlyList<Tensor> Parameters)
{
    /// <summary>By what the optimizer's learning rate is multiplied for this group.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>The group's weight decay, if it is not the optimizer's: 0 for biases and normalisations, usually.</summary>
    public double? WeightDecay { get; init; }
}

/// <summary>Changes parameters by their gradients. A parameter without a gradient stays as it is.</summary>
public abstract class Optimizer : IDisposable
{
    private readonly IReadOnlyList<ParameterGroup> _groups;
    private readonly string[] _slots;
    private readonly Tensor[][] _state;
    private readonly long[] _steps;

    /// <summary>Prepares the state, all zero.</summary>
    /// <param name="groups">The parameters; their order is that of the saved state.</param>
    /// <param name="learningRate">The learning rate to begin with.</param>
    /// <param name="weightDecay">The weight decay of groups that name none.</param>
    /// <param name="slots">The names of the tensors kept for each parameter.</param>
    protected Optimizer(IReadOnlyList<ParameterGroup> groups, double learningRate, double weightDecay, params string[] slots)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(slots);
        _groups = groups;
        _slots = slots;
        LearningRate = learningRate;
        WeightDecay = weightDecay;
        Parameters = [.. groups.SelectMany(group => group.Parameters)];
        _steps = new long[Parameters.Count];
        using Autograd.Mode _ = Autograd.NoGrad();
        _state = [.. Parameters.Select(parameter => slots.Select(_ => parameter.ZerosLike().Unscoped()).ToArray())];
    }

    /// <summary>How far a step goes; a schedule sets it between steps.</summary>
    public double LearningRate { get; set; }

    /// <summary>The weight decay of groups that name none.</summary>
    public double WeightDecay { get; }

    /// <summary>All parameters, group after group.</summary>
    public IReadOnlyList<Tensor> Parameters { get; }

    /// <summary>Changes each parameter by its gradient.</summary>
    public void Step()
    {
        using Autograd.Mode _ = Autograd.NoGrad();
        int index = 0;
        foreach (ParameterGroup group in _groups)
        {
            double learningRate = LearningRate * group.LearningRateFactor;
            double weightDecay = group.WeightDecay ?? WeightDecay;
            foreach (Tensor parameter in group.Parameters)
            {
                using Tensor? gradient = parameter.Grad;
                if (gradient is not null)
                    Update(parameter, gradient, _state[index], ++_steps[index], learningRate, weightDecay);
                index++;
            }
        }
    }

    /// <summary>Removes all gradients, so that the next backward pass starts from none.</summary>
    public void ZeroGrad()
    {
        foreach (Tensor parameter in Parameters)
            parameter.Grad = null;
    }

    /// <summary>Everything that a later run needs to go on exactly: the tensors themselves, not copies, save <c>steps</c>.</summary>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor> { ["steps"] = Tensor.From(_steps) };
        foreach ((string name, Tensor tensor) in Slots())
            state.Add(name, tensor);
        return state;
    }

    /// <summary>Copies a state that <see cref="State"/> of an optimizer over the same parameters gave.</summary>
    /// <exception cref="MienException">A tensor is missing or has another shape.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Tensor steps = Entry(state, "steps", [_steps.Length]);
        foreach ((string name, Tensor tensor) in Slots())
            Entry(state, name, tensor.Shape);
        using Autograd.Mode _ = Autograd.NoGrad();
        steps.CopyTo<long>(_steps);
        foreach ((string name, Tensor tensor) in Slots())
            tensor.CopyInPlace(state[name]);
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Changes one parameter; gradients are not recorded.</summary>
    /// <param name="parameter">What to change.</param>
    /// <param name="gradient">Its gradient, not to be changed.</param>
    /// <param name="state">The tensors kept for it, one for each slot.</param>
    /// <param name="stepCount">Which of its steps this is, from 1.</param>
    /// <param name="learningRate">The group's learning rate.</param>
    /// <param name="weightDecay">The group's weight decay.</param>
    protected abstract void Update(Tensor parameter, Tensor gradient, Tensor[] state, long stepCount, double learningRate, double weightDecay);

    /// <summary>Frees the state.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach (Tensor tensor in _state.SelectMany(slots => slots))
            tensor.Dispose();
    }

    private IEnumerable<(string Name, Tensor Tensor)> Slots()
    {
        for (int i = 0; i < _state.Length; i++)
        {
            for (int slot = 0; slot < _slots.Length; slot++)
                yield return (FormattableString.Invariant($"{i}.{_slots[slot]}"), _state[i][slot]);
        }
    }

    private static Tensor Entry(IReadOnlyDictionary<string, Tensor> state, string name, long[] shape)
    {
        if (!state.TryGetValue(name, out Tensor? tensor))
            throw new MienException($"The optimizer's state has no '{name}': it was saved for another optimizer or another network.");
        return tensor.Shape.AsSpan().SequenceEqual(shape) ? tensor : throw new MienException(
            $"The optimizer's state '{name}' has shape [{string.Join(", ", tensor.Shape)}], needed is [{string.Join(", ", shape)}]: it was saved for another network.");
    }
}
