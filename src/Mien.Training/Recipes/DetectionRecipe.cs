namespace Mien.Training;

/// <summary>What a recipe for a face detector says besides: its photos, and how they are varied. Probabilities are from 0 to 1.</summary>
/// <remarks>Of <see cref="AugmentationRecipe"/> it takes rotation, flip, brightness, contrast and erasing (of a part of a face).</remarks>
public sealed record DetectionRecipe
{
    /// <summary>The detector that knows landmarks and faces that nobody marked: <c>yunet</c> once it is pulled, or the path of an ONNX file.</summary>
    public string Teacher { get; set; } = "yunet";

    /// <summary>A data set of face crops to paste into photos, such as FER-2013's CSV; null: none.</summary>
    public string? Crops { get; set; }

    /// <summary>How many of the crops are taken at most.</summary>
    public int MostCrops { get; set; } = 2000;

    /// <summary>Boxes to correct because they were drawn too small; null: none.</summary>
    public BoxExtension? ExtendedBoxes { get; set; }

    /// <summary>The share of the photos to choose the best epoch by; photos of one scene stay together.</summary>
    public double HoldOut { get; set; } = 0.15;

    /// <summary>Pictures in one epoch, each made of one photo or several.</summary>
    public int PicturesPerEpoch { get; set; } = 4800;

    /// <summary>Sides in pixels of the pictures, each batch has one of them; multiples of 32. Larger ones show larger faces whole.</summary>
    public IReadOnlyList<int> Sizes { get; set; } = [320];

    /// <summary>The probability that a picture is made of four photos.</summary>
    public double Mosaic { get; set; } = 0.4;

    /// <summary>The sides in pixels, least and most, to which photos are scaled so that one of their faces has it.</summary>
    public IReadOnlyList<double> FaceSide { get; set; } = [9, 360];

    /// <summary>The probability that a photo is shown anywhere and at any scale instead of around one of its faces, for what is no face.</summary>
    public double Background { get; set; }

    /// <summary>How many times as often photos with unmasked faces are shown as others: once more for each such face, up to this.</summary>
    public int UnmaskedWeight { get; set; } = 1;

    /// <summary>The probability that face crops are pasted into a picture.</summary>
    public double Pasted { get; set; } = 0.25;

    /// <summary>The probability that flat shapes are drawn into a picture, because drawings and signs are no faces.</summary>
    public double Shapes { get; set; }

    /// <summary>The probability that a word in thick letters is drawn into a picture: round letters are no faces either.</summary>
    public double Words { get; set; }

    /// <summary>The probability of a gray picture.</summary>
    public double Gray { get; set; } = 0.2;

    /// <summary>The probability of a blurred picture.</summary>
    public double Blur { get; set; } = 0.15;

    /// <summary>The probability of noise.</summary>
    public double Noise { get; set; } = 0.15;

    /// <summary>The probability of a picture that was compressed as JPEG.</summary>
    public double Jpeg { get; set; } = 0.2;

    /// <summary>From which confidence on a teacher's face that nobody marked counts as one.</summary>
    public double TeacherConfidence { get; set; } = 0.6;
}

/// <summary>A correction of the boxes of some photos.</summary>
/// <param name="Files">What the names of their files begin with.</param>
/// <param name="Up">By which share of their height boxes grow upwards.</param>
/// <param name="Down">By which share of their height they grow downwards.</param>
public sealed record BoxExtension(string Files, double Up, double Down);
