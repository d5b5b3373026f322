namespace Mien.Training;

/// <summary>How people's boxes lie beside a teacher's, which end elsewhere at forehead and chin: medians, in widths and heights of the teacher's box.</summary>
/// <param name="Left">How far their left edge lies to the right of the teacher's.</param>
/// <param name="Top">How far their upper edge lies below.</param>
/// <param name="Right">How far their right edge lies to the right.</param>
/// <param name="Bottom">How far their lower edge lies below.</param>
internal readonly record struct BoxHabit(float Left, float Top, float Right, float Bottom)
{
    /// <summary>The habit that shows in faces which both have boxed; none without such faces.</summary>
    public static BoxHabit Of(IEnumerable<(Box Marked, Box? Teacher)> faces)
    {
        List<(Box Marked, Box Teacher)> both = [.. faces.Where(face => face.Teacher is not null).Select(face => (face.Marked, face.Teacher!.Value))];
        return both.Count == 0 ? default : new(
            Median(face => (face.Marked.X - face.Teacher.X) / face.Teacher.Width),
            Median(face => (face.Marked.Y - face.Teacher.Y) / face.Teacher.Height),
            Median(face => (face.Marked.Right - face.Teacher.Right) / face.Teacher.Width),
            Median(face => (face.Marked.Bottom - face.Teacher.Bottom) / face.Teacher.Height));

        float Median(Func<(Box Marked, Box Teacher), float> offset) => both.Select(offset).Order().ElementAt(both.Count / 2);
    }

    /// <summary>A teacher's box as people would have drawn it.</summary>
    public Box Apply(Box box) => new(
        box.X + (Left * box.Width), box.Y + (Top * box.Height), box.Width * (1 + Right - Left), box.Height * (1 + Bottom - Top));
}
