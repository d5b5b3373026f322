using System.Numerics;
using Mien.Drawing;

namespace Mien.Training;

/// <summary>
/// Makes training pictures for a face detector: parts of one photo or of four, scaled so that faces of all sizes occur, turned, mirrored,
/// with face crops pasted in, faces partly covered, and light, colour, sharpness and compression varied.
/// </summary>
internal sealed class PhotoAugmenter
{
    /// <summary>The least share of its rectangle's side that a photo fills: what is beyond teaches nothing.</summary>
    private const double LeastFilled = 0.45;

    /// <summary>Photos are enlarged that much at most; more would teach what blur looks like.</summary>
    private const double MostEnlarged = 3;

    private readonly DetectionRecipe _recipe;
    private readonly AugmentationRecipe _variations;
    private readonly IReadOnlyList<TrainingPhoto> _photos;
    private readonly IReadOnlyList<TrainingPhoto> _crops;
    private readonly IReadOnlyList<int> _order;
    private readonly long _seed;

    /// <param name="recipe">How photos are varied.</param>
    /// <param name="photos">The photos.</param>
    /// <param name="order">The photos in turn; one that is to be shown more often is there more often.</param>
    /// <param name="crops">Face crops to paste; empty: none.</param>
    public PhotoAugmenter(Recipe recipe, IReadOnlyList<TrainingPhoto> photos, IReadOnlyList<int> order, IReadOnlyList<TrainingPhoto> crops)
    {
        (_recipe, _variations, _seed) = (recipe.Detection!, recipe.Augmentation, recipe.Seed);
        (_photos, _order, _crops) = (photos, order, crops);
    }

    /// <summary>A picture and its faces: the same for the same recipe, epoch, number and size.</summary>
    public TrainingPhoto Draw(int epoch, int number, int size)
    {
        int photo = _order[number % _order.Count];
        var random = new RandomStream(RandomPurpose.Augmentation, _seed, epoch, number);
        var canvas = new PhotoCanvas(size);
        if (random.NextDouble() < _recipe.Mosaic)
        {
            int x = (int)random.Between(0.3 * size, 0.7 * size), y = (int)random.Between(0.3 * size, 0.7 * size);
            Place(canvas, photo, 0, 0, x, y, ref random);
            Place(canvas, Any(ref random), x, 0, size, y, ref random);
            Place(canvas, Any(ref random), 0, y, x, size, ref random);
            Place(canvas, Any(ref random), x, y, size, size, ref random);
        }
        else
        {
            Place(canvas, photo, 0, 0, size, size, ref random);
        }
        if (_crops.Count > 0 && random.NextDouble() < _recipe.Pasted)
            Paste(canvas, ref random);
        if (random.NextDouble() < _recipe.Shapes)
            Scribble(canvas, ref random);
        // A recipe without words draws no random number for them, so that it gives the pictures that it gave before there were any.
        if (_recipe.Words > 0 && random.NextDouble() < _recipe.Words)
            Write(canvas, ref random);
        Cover(canvas, ref random);
        PhotoVariations.Light(canvas.Pixels, _variations, random.NextDouble() < _recipe.Gray, ref random);
        if (random.NextDouble() < _recipe.Blur)
            PhotoVariations.Blur(canvas.Pixels, size, 1 + random.Below(2));
        if (random.NextDouble() < _recipe.Noise)
            PhotoVariations.AddNoise(canvas.Pixels, random.Between(2, 16), ref random);
        var image = Image.FromPixels(size, size, PixelFormat.Rgb24, canvas.Pixels);
        if (random.NextDouble() < _recipe.Jpeg)
            image = PhotoVariations.Compress(image, 20 + random.Below(61));
        return new(image, canvas.Faces);
    }

    private int Any(ref RandomStream random) => _order[random.Below(_order.Count)];

    /// <summary>Fills a rectangle of the picture with a part of a photo, around one of its faces if it has any.</summary>
    private void Place(PhotoCanvas picture, int photo, int left, int top, int right, int bottom, ref RandomStream random)
    {
        (Image image, IReadOnlyList<TargetFace> faces) = (_photos[photo].Image, _photos[photo].Faces);
        int width = right - left, height = bottom - top;
        bool background = random.NextDouble() < _recipe.Background;
        TargetFace? focus = faces.Count > 0 && !background ? faces[random.Below(faces.Count)] : null;
        double fitting = (double)Math.Max(width, height) / Math.Max(image.Width, image.Height);
        double scale = fitting * Math.Exp(random.Between(-0.4, background ? 1.8 : 1));
        if (focus is not null && random.NextDouble() < 0.75)
        {
            double most = Math.Min(_recipe.FaceSide[1], 1.15 * Math.Max(width, height));
            scale = _recipe.FaceSide[0] * Math.Pow(most / _recipe.FaceSide[0], random.NextDouble()) / Math.Max(focus.Box.Width, focus.Box.Height);
        }
        scale = Math.Clamp(scale, Math.Min(MostEnlarged, fitting * LeastFilled), MostEnlarged);
        double turn = (random.NextDouble() < 0.4 ? 1 : 0.2) * random.Between(-1, 1) * _variations.Rotation * Math.PI / 180;
        bool mirror = random.NextDouble() < _variations.Flip;
        var source = focus is null
            ? new Vector2((float)random.Between(0, image.Width), (float)random.Between(0, image.Height))
            : new Vector2(focus.Box.X + (focus.Box.Width / 2), focus.Box.Y + (focus.Box.Height / 2));
        // Seldom a face lies anywhere, cut by the border; else the photo covers as much of the rectangle as it can.
        bool anywhere = random.NextDouble() < 0.15;
        var place = new Vector2((float)random.Between(left, right), (float)random.Between(top, bottom));
        if (!anywhere)
        {
            place.X = Filling(place.X, left, right, mirror ? image.Width - source.X : source.X, image.Width, scale);
            place.Y = Filling(place.Y, top, bottom, source.Y, image.Height, scale);
        }
        var map = new Similarity(source, place, (float)scale, (float)turn, mirror);
        picture.Draw(image, map, left, top, right, bottom, (byte)random.Below(256));
        foreach (TargetFace face in faces)
            picture.Add(map.Apply(face), left, top, right, bottom);
    }

    /// <summary>The place nearest to a wished one at which a photo fills a stretch of the picture, or lies in it if it is shorter.</summary>
    private static float Filling(float wished, int from, int to, float source, int length, double scale)
    {
        double start = wished - (source * scale), room = to - (length * scale);
        return (float)(Math.Clamp(start, Math.Min(from, room), Math.Max(from, room)) + (source * scale));
    }

    /// <summary>Pastes one to three face crops where they hide no other face.</summary>
    private void Paste(PhotoCanvas picture, ref RandomStream random)
    {
        for (int count = 1 + random.Below(3); count > 0; count--)
        {
            TrainingPhoto crop = _crops[random.Below(_crops.Count)];
            double side = 14 * Math.Pow(0.9 * picture.Size / 14, random.NextDouble());
            int width = (int)side, left = random.Below(picture.Size - width), top = random.Below(picture.Size - width);
            var area = new Box(left, top, width, width);
            if (picture.Faces.Exists(face => face.Box.IntersectionOverUnion(area) > 0 || face.Weight <= 0))
                continue;
            bool mirror = random.NextDouble() < _variations.Flip;
            var map = new Similarity(new Vector2(crop.Image.Width / 2f), new Vector2(left + (width / 2f), top + (width / 2f)), (float)side / crop.Image.Width, 0, mirror);
            picture.Draw(crop.Image, map, left, top, left + width, top + width, 0);
            foreach (TargetFace face in crop.Faces)
                picture.Add(map.Apply(face), left, top, left + width, top + width);
        }
    }

    /// <summary>Draws a figure of a few ellipses in each other where it hides no face.</summary>
    private static void Scribble(PhotoCanvas picture, ref RandomStream random)
    {
        double side = 12 * Math.Pow(0.6 * picture.Size / 12, random.NextDouble());
        double left = random.Between(0, picture.Size - side), top = random.Between(0, picture.Size - side);
        var area = new Box((float)left, (float)top, (float)side, (float)side);
        if (picture.Faces.Exists(face => face.Box.IntersectionOverUnion(area) > 0))
            return;
        var figure = area;
        for (int count = 1 + random.Below(6); count > 0; count--)
        {
            picture.FillEllipse(figure, (byte)random.Below(256), (byte)random.Below(256), (byte)random.Below(256));
            double width = side * random.Between(0.1, 0.6), height = side * random.Between(0.1, 0.6);
            figure = new Box((float)random.Between(left, left + side - width), (float)random.Between(top, top + side - height), (float)width, (float)height);
        }
    }

    /// <summary>Draws a word in thick letters with an outline and a lighter line within, as titles and signs have them, where it hides no face.</summary>
    private static void Write(PhotoCanvas picture, ref RandomStream random)
    {
        const string letters = "abcdefghijklmnopqrstuvwxyzaeiouABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789&@%$";
        double height = 9 * Math.Pow(0.5 * picture.Size / 9, random.NextDouble());
        int stroke = Math.Max(1, (int)(height * random.Between(0.05, 0.3))), outline = random.Below(2) * (int)Math.Ceiling(height * random.Between(0.02, 0.12));
        var word = new char[1 + random.Below(9)];
        for (int i = 0; i < word.Length; i++)
            word[i] = letters[random.Below(letters.Length)];
        string text = new(word);
        int width = TextLine.Measure(text, height);
        int left = (int)random.Between(-0.3 * width, picture.Size - (0.7 * width)), bottom = (int)random.Between(0.5 * height, picture.Size);
        int border = stroke + outline, below = (int)(height / 2);
        var area = new Box(left - border, bottom - (int)height - border, width + (2 * border), (int)height + below + (2 * border));
        if (picture.Faces.Exists(face => face.Box.IntersectionOverUnion(area) > 0))
            return;
        using var canvas = new PictureCanvas(Image.FromPixels(picture.Size, picture.Size, PixelFormat.Rgb24, picture.Pixels));
        int color = Paint(ref random);
        // The font's own strokes are so thick.
        float bold = (float)Math.Max(0, stroke - (0.14 * height));
        if (outline > 0)
            canvas.Draw(new TextLine(text, left, bottom, height, Paint(ref random), bold + (2 * outline)));
        canvas.Draw(new TextLine(text, left, bottom, height, color, bold));
        if (stroke > 3 && random.Below(2) == 0)
            canvas.Draw(new TextLine(text, left, bottom - (stroke / 5), height, Paint(ref random)));
        canvas.ToImage().Pixels.CopyTo(picture.Pixels);
    }

    /// <summary>Any colour; half of the time one between yellow and brown, as skin and golden letters have.</summary>
    private static int Paint(ref RandomStream random)
    {
        if (random.Below(2) == 0)
            return random.Below(1 << 24);
        int red = 120 + random.Below(136), green = (int)(red * random.Between(0.45, 0.95)), blue = (int)(green * random.Between(0.1, 0.95));
        return (red << 16) | (green << 8) | blue;
    }

    /// <summary>Paints over a part of some faces, as hands, hair and other heads do.</summary>
    private void Cover(PhotoCanvas picture, ref RandomStream random)
    {
        foreach (TargetFace face in picture.Faces)
        {
            if (random.NextDouble() >= _variations.Erasing)
                continue;
            double width = face.Box.Width * random.Between(0.2, 0.6), height = face.Box.Height * random.Between(0.2, 0.6);
            double x = random.Between(face.Box.X, face.Box.Right - width), y = random.Between(face.Box.Y, face.Box.Bottom - height);
            picture.Fill((int)x, (int)y, (int)(x + width), (int)(y + height), (byte)random.Below(256), (byte)random.Below(256), (byte)random.Below(256));
        }
    }
}
