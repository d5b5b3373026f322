using System.Numerics;

namespace Mien.Training;

/// <summary>
/// Makes training pictures for a face detector: parts of one photo or of four, scaled so that faces of all sizes occur, turned, mirrored,
/// with face crops pasted in, faces partly covered, and light, colour, sharpness and compression varied.
/// </summary>
internal sealed class PhotoAugmenter
{
    private const int Channels = 3;

    /// <summary>A face of which less than this share is in the picture is no target, though finding it is no fault.</summary>
    private const float LeastVisible = 0.35f;

    /// <summary>Of which less than this share is in it, is none: a part alone must not be taken for a face.</summary>
    private const float LeastUndecided = 0.2f;

    /// <summary>Landmarks are learned where at least this share of the face is in the picture.</summary>
    private const float VisibleForLandmarks = 0.6f;

    /// <summary>The smallest face that is a target, in pixels: a cell of the finest grid.</summary>
    private const float LeastSide = 8;

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
        var canvas = new Picture(size);
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
    private void Place(Picture picture, int photo, int left, int top, int right, int bottom, ref RandomStream random)
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
    private void Paste(Picture picture, ref RandomStream random)
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

    /// <summary>Paints over a part of some faces, as hands, hair and other heads do.</summary>
    private void Cover(Picture picture, ref RandomStream random)
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

    /// <summary>From a photo to the picture: scaled, turned, perhaps mirrored.</summary>
    private readonly struct Similarity
    {
        private readonly Vector2 _source;
        private readonly Vector2 _place;
        private readonly float _scale;
        private readonly float _mirror;
        private readonly float _sin;
        private readonly float _cos;

        public Similarity(Vector2 source, Vector2 place, float scale, float turn, bool mirror)
        {
            (_source, _place, _scale, _mirror) = (source, place, scale, mirror ? -1 : 1);
            (_sin, _cos) = MathF.SinCos(turn);
        }

        public float Scale => _scale;

        /// <summary>Where a step to the right, or down, in the picture leads in the photo.</summary>
        public (Vector2 Right, Vector2 Down) Steps => (new Vector2(_mirror * _cos, -_sin) / _scale, new Vector2(_mirror * _sin, _cos) / _scale);

        public Vector2 Back(Vector2 at)
        {
            (Vector2 right, Vector2 down) = Steps;
            Vector2 offset = at - _place;
            return _source + (right * offset.X) + (down * offset.Y);
        }

        public TargetFace Apply(TargetFace face)
        {
            Vector2 center = Forward(new Vector2(face.Box.X + (face.Box.Width / 2), face.Box.Y + (face.Box.Height / 2)));
            // A face is nearer to the ellipse in its box than to the box: the turned ellipse has this width and height.
            float width = _scale * MathF.Sqrt(Square(face.Box.Width * _cos) + Square(face.Box.Height * _sin));
            float height = _scale * MathF.Sqrt(Square(face.Box.Width * _sin) + Square(face.Box.Height * _cos));
            return face with { Box = new Box(center.X - (width / 2), center.Y - (height / 2), width, height), Landmarks = Apply(face.Landmarks) };
        }

        private FaceLandmarks? Apply(FaceLandmarks? at) => at is null ? null
            : _mirror > 0 ? new(To(at.LeftEye), To(at.RightEye), To(at.Nose), To(at.LeftMouth), To(at.RightMouth))
            : new(To(at.RightEye), To(at.LeftEye), To(at.Nose), To(at.RightMouth), To(at.LeftMouth));

        private Landmark To(Landmark point)
        {
            Vector2 at = Forward(new Vector2(point.X, point.Y));
            return new(at.X, at.Y);
        }

        private Vector2 Forward(Vector2 at)
        {
            Vector2 offset = at - _source;
            offset.X *= _mirror;
            return _place + (_scale * new Vector2((_cos * offset.X) - (_sin * offset.Y), (_sin * offset.X) + (_cos * offset.Y)));
        }

        private static float Square(float value) => value * value;
    }

    /// <summary>The picture in the making.</summary>
    private sealed class Picture(int size)
    {
        public int Size => size;

        public byte[] Pixels { get; } = new byte[size * size * Channels];

        public List<TargetFace> Faces { get; } = [];

        /// <summary>Takes over a face as far as it is in a rectangle of the picture.</summary>
        public void Add(TargetFace face, int left, int top, int right, int bottom)
        {
            Box box = face.Box;
            float x = MathF.Max(box.X, left), y = MathF.Max(box.Y, top);
            float width = MathF.Min(box.Right, right) - x, height = MathF.Min(box.Bottom, bottom) - y;
            if (width <= 0 || height <= 0)
                return;
            float visible = width * height / box.Area;
            if (visible < LeastUndecided)
                return;
            bool target = visible >= LeastVisible && MathF.Max(width, height) >= LeastSide;
            Faces.Add(new(new Box(x, y, width, height), visible >= VisibleForLandmarks ? face.Landmarks : null, target ? face.Weight : 0));
        }

        /// <summary>Draws what a photo shows in a rectangle; beyond the photo one level of gray.</summary>
        public void Draw(Image image, in Similarity map, int left, int top, int right, int bottom, byte beyond)
        {
            // Shrinking by more than two would alias: the photo is halved first.
            float share = 1;
            for (float scale = map.Scale; scale < 0.5f && image.Width > 1 && image.Height > 1; scale *= 2)
            {
                image = FaceCrop.Resize(image, (image.Width + 1) / 2, (image.Height + 1) / 2);
                share /= 2;
            }
            ReadOnlySpan<byte> source = image.Pixels;
            int step = image.Channels, stride = image.Width * step, second = step == 1 ? 0 : 1, third = step == 1 ? 0 : 2;
            (Vector2 right1, Vector2 down1) = map.Steps;
            Vector2 across = right1 * share;
            Vector2 origin = (map.Back(new Vector2(left + 0.5f, top + 0.5f)) * share) - new Vector2(0.5f);
            for (int row = top; row < bottom; row++)
            {
                Vector2 at = origin + (down1 * (share * (row - top)));
                Span<byte> target = Pixels.AsSpan(((row * size) + left) * Channels, (right - left) * Channels);
                for (int p = 0; p < target.Length; p += Channels, at += across)
                {
                    int x = (int)MathF.Floor(at.X), y = (int)MathF.Floor(at.Y);
                    if (x < 0 || y < 0 || x >= image.Width - 1 || y >= image.Height - 1)
                    {
                        target[p] = target[p + 1] = target[p + 2] = beyond;
                        continue;
                    }
                    float fx = at.X - x, fy = at.Y - y;
                    float a = (1 - fx) * (1 - fy), b = fx * (1 - fy), c = (1 - fx) * fy, d = fx * fy;
                    int q = (y * stride) + (x * step);
                    target[p] = Mix(source, q, step, stride, a, b, c, d);
                    target[p + 1] = Mix(source, q + second, step, stride, a, b, c, d);
                    target[p + 2] = Mix(source, q + third, step, stride, a, b, c, d);
                }
            }
        }

        public void Fill(int left, int top, int right, int bottom, byte red, byte green, byte blue)
        {
            for (int y = Math.Max(0, top); y < Math.Min(size, bottom); y++)
            {
                for (int x = Math.Max(0, left); x < Math.Min(size, right); x++)
                {
                    int p = ((y * size) + x) * Channels;
                    (Pixels[p], Pixels[p + 1], Pixels[p + 2]) = (red, green, blue);
                }
            }
        }

        private static byte Mix(ReadOnlySpan<byte> source, int place, int step, int stride, float a, float b, float c, float d) =>
            (byte)((source[place] * a) + (source[place + step] * b) + (source[place + stride] * c) + (source[place + stride + step] * d) + 0.5f);
    }
}
