namespace Mien.Training.Torch;

/// <summary>Adam with weight decay apart from the gradient (Loshchilov and Hutter, arXiv 1711.05101); computes as <c>torch.optim.AdamW</c>.</summary>
public sealed class AdamW : Optimizer
{
    /// <summary>Creates the optimizer over groups of parameters.</summary>
    public AdamW(IReadOnlyList<ParameterGroup> groups, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
        double epsilon = 1e-8, double weightDecay = 1e-2)
        : base(groups, learningRate, weightDecay, "mean", "square")
    {
        Beta1 = beta1;
        Beta2 = beta2;
        Epsilon = epsilon;
    }

    /// <summary>Creates the optimizer over parameters that are treated alike.</summary>
    public AdamW(IReadOnlyList<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
        double epsilon = 1e-8, double weightDecay = 1e-2)
        : this([new ParameterGroup(parameters)], learningRate, beta1, beta2, epsilon, weightDecay)
    {
    }

    /// <summary>How much of the gradient's running mean is kept.</summary>
    public double Beta1 { get; }

    /// <summary>How much of the running mean of the gradient's square is kept.</summary>
    public double Beta2 { get; }

    /// <summary>Keeps the divisor from 0.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, Tensor[] state, long stepCount, double learningRate, double weightDecay)
    {
        (Tensor mean, Tensor square) = (state[0], state[1]);
        mean.LerpInPlace(gradient, 1 - Beta1);
        square.MulInPlace(Beta2).AddCMulInPlace(gradient, gradient, 1 - Beta2);
        if (weightDecay != 0)
            parameter.MulInPlace(1 - learningRate * weightDecay);

        // The means start at 0 and are too small by these factors at first. Both are folded into the two numbers below,
        // which saves a pass over the parameter: m / c1 / (sqrt(s / c2) + e) = m * sqrt(c2) / c1 / (sqrt(s) + e * sqrt(c2)).
        double correction1 = 1 - Math.Pow(Beta1, stepCount);
        double correction2 = Math.Sqrt(1 - Math.Pow(Beta2, stepCount));
        using Tensor divisor = square.Sqrt().AddInPlace(Epsilon * correction2);
        parameter.AddCDivInPlace(mean, divisor, -learningRate * correction2 / correction1);
    }
}
