using System.Text.Json.Serialization;

namespace Mien.Training;

/// <summary>All of a training's state that is no tensor.</summary>
internal sealed record TrainingState
{
    public int EpochsDone { get; set; }

    public long Steps { get; set; }

    public EpochResult? Best { get; set; }

    /// <summary>The temperature of the best network, once the training is complete.</summary>
    public Calibration? Calibration { get; set; }

    /// <summary>The same for the FER+ emotions, where they are learnt too.</summary>
    public Calibration? EmotionCalibration { get; set; }

    public PlateauState Plateau { get; set; } = PlateauState.Start;

    /// <summary>What data and teacher were, so that a resume with others is noticed.</summary>
    public string Data { get; set; } = "";

    public IReadOnlyList<string> Labels { get; set; } = [];

    public int EpochsSinceBest => EpochsDone - (Best?.Epoch ?? 0);
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EpochResult))]
[JsonSerializable(typeof(TrainingState))]
internal sealed partial class FittingJson : JsonSerializerContext;
