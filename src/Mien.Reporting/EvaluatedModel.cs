using Mien.Training;

namespace Mien.Reporting;

/// <summary>A model and how it read a data set.</summary>
public sealed record EvaluatedModel
{
    /// <summary>What the model says of itself.</summary>
    public required ModelMetadata Model { get; init; }

    /// <summary>Where the data set was read from.</summary>
    public required string DataPath { get; init; }

    /// <summary>The images.</summary>
    public required FaceDataset Data { get; init; }

    /// <summary>What the model says of each of them.</summary>
    public required Predictions Predictions { get; init; }

    /// <summary>The figures.</summary>
    public required ClassificationReport Report { get; init; }

    /// <summary>What the figures leave out or add, as a sentence; empty if nothing.</summary>
    public string Remark { get; init; } = "";
}
