using Mien.Training;

namespace Mien.Reporting;

/// <summary>Faces of a data set as pictures inside the page.</summary>
internal sealed class FaceGallery(EvaluatedModel evaluated)
{
    private const int PerClass = 10;
    private const int Mistakes = 40;

    /// <summary>The widest that a face is shown; larger ones would only make the page heavy.</summary>
    private const int LargestSide = 96;

    private readonly Predictions _predictions = evaluated.Predictions;

    /// <summary>Some faces of each class, taken evenly.</summary>
    public IEnumerable<string> Samples()
    {
        ILookup<int, int> ofClass = Enumerable.Range(0, _predictions.Count).ToLookup(i => _predictions.Targets[i]);
        for (int label = 0; label < _predictions.Labels.Count; label++)
        {
            int[] all = [.. ofClass[label]];
            int shown = Math.Min(PerClass, all.Length);
            if (shown > 0)
                yield return $"<h3>{HtmlPage.Encode(_predictions.Labels[label])}</h3>\n{Grid(Enumerable.Range(0, shown).Select(i => Face(all[(int)((long)i * all.Length / shown)], withTruth: false)))}";
        }
    }

    /// <summary>The wrong answers of which the model was surest.</summary>
    public string SurestMistakes() => Grid(_predictions.Mistakes().Take(Mistakes).Select(i => Face(i, withTruth: true)));

    private static string Grid(IEnumerable<string> faces) => $"<div class=\"faces\">\n{string.Concat(faces)}</div>\n";

    private string Face(int sample, bool withTruth)
    {
        int image = _predictions.Images[sample], top = _predictions.Top(sample), truth = _predictions.Targets[sample];
        string source = evaluated.Data.Sources.Count > 0 ? evaluated.Data.Sources[image] : $"image {image + 1}";
        string answer = HtmlPage.Encode(_predictions.Labels[top]), labelled = HtmlPage.Encode(_predictions.Labels[truth]);
        return HtmlPage.Text($"""
            <figure class="face{(top == truth ? "" : " wrong")}"><img src="{Picture(image)}" alt="a face labelled {labelled}, read as {answer}" title="{HtmlPage.Encode(source)}"><figcaption>{(withTruth ? $"{labelled} read as<br>" : "")}{answer} {_predictions.Confidence(sample) * 100:F0}&nbsp;%</figcaption></figure>

            """);
    }

    private string Picture(int image)
    {
        Image face = evaluated.Data.ImageAt(image);
        if (face.Width > LargestSide)
            face = FaceCrop.Cut(face, CropRegion.Whole(face), LargestSide, face.Format);
        return $"data:image/png;base64,{Convert.ToBase64String(face.Encode(".png"))}";
    }
}
