namespace Mien.Training.Torch;

/// <summary>Stochastic gradient descent with momentum; computes as <c>torch.optim.SGD</c> without dampening.</summary>
public sealed class Sgd : Optimizer
{
    /// <summary>Creates the optimizer over groups of parameters.</summary>
    public Sgd(IReadOnlyList<ParameterGroup> groups, double learningRate, double momentum = 0, double weightDecay = 0, bool nesterov = false)
        : base(groups, learningRate, weightDecay, momentum == 0 ? [] : ["momentum"])
    {
        if (nesterov && momentum == 0)
            throw new ArgumentException("Nesterov's method needs a momentum.", nameof(nesterov));
        Momentum = momentum;
        Nesterov = nesterov;
    }

    /// <summary>Creates the optimizer over parameters that are treated alike.</summary>
    public Sgd(IReadOnlyList<Tensor> parameters, double learningRate, double momentum = 0, double weightDecay = 0, bool nesterov = false)
        : this([new ParameterGroup(parameters)], learningRate, momentum, weightDecay, nesterov)
    {
    }

    /// <summary>The share of the last direction that is kept.</summary>
    public double Momentum { get; }

    /// <summary>Whether the gradient is taken ahead, in Nesterov's way.</summary>
    public bool Nesterov { get; }

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, Tensor[] state, long stepCount, double learningRate, double weightDecay)
    {
        // The direction is g = gradient + weightDecay * parameter. It is never formed: its two parts are added one after the other.
        if (Momentum != 0)
        {
            state[0].MulInPlace(Momentum).AddInPlace(gradient);
            if (weightDecay != 0)
                state[0].AddInPlace(parameter, weightDecay);
        }
        if (Momentum == 0 || Nesterov)
        {
            if (weightDecay != 0)
                parameter.MulInPlace(1 - learningRate * weightDecay);
            parameter.AddInPlace(gradient, -learningRate);
        }
        if (Momentum != 0)
            parameter.AddInPlace(state[0], Nesterov ? -learningRate * Momentum : -learningRate);
    }
}
