namespace Mien.Training;

/// <summary>The random choices for one batch: how each image is turned, shifted, zoomed, mirrored, lit and partly painted over.</summary>
internal sealed class Variations
{
    private Variations(int count, int size)
    {
        Theta = new float[count * 6];
        Contrast = new float[count];
        Brightness = new float[count];
        Sharpness = new float[count];
        IsLow = new float[count];
        ErasedRows = new float[count * size];
        ErasedColumns = new float[count * size];
    }

    /// <summary>For each image the 2 x 3 matrix that leads from a place in the result to the place in the source, both -1 to 1.</summary>
    public float[] Theta { get; }

    /// <summary>For each image the factor of its contrast.</summary>
    public float[] Contrast { get; }

    /// <summary>For each image what is added, on the scale 0 to 255.</summary>
    public float[] Brightness { get; }

    /// <summary>For each image the factor of its detail.</summary>
    public float[] Sharpness { get; }

    /// <summary>For each image 1 if it is scaled down and up again.</summary>
    public float[] IsLow { get; }

    /// <summary>The side in pixels that the images of this batch are scaled down to.</summary>
    public int Resolution { get; private set; }

    /// <summary>For each image 1 in the rows of the rectangle that is painted over.</summary>
    public float[] ErasedRows { get; }

    /// <summary>For each image 1 in the columns of the rectangle that is painted over.</summary>
    public float[] ErasedColumns { get; }

    /// <summary>Draws the choices for images of a size.</summary>
    public static Variations Draw(AugmentationRecipe recipe, int count, int size, RandomStream random)
    {
        int seen = recipe.Crop > 0 ? recipe.Crop : size;
        double share = (double)seen / size;
        var drawn = new Variations(count, seen);
        for (int i = 0; i < count; i++)
        {
            double angle = random.Between(-1, 1) * recipe.Rotation * Math.PI / 180;
            double zoom = 1 + (random.Between(-1, 1) * recipe.Zoom);
            double mirror = random.NextDouble() < recipe.Flip ? -1 : 1;
            // A share of the side is twice that on the scale -1 to 1.
            double x = random.Between(-2, 2) * recipe.Shift;
            double y = random.Between(-2, 2) * recipe.Shift;
            if (recipe.Crop > 0)
            {
                x += random.Between(share - 1, 1 - share);
                y += random.Between(share - 1, 1 - share);
            }
            (double sin, double cos) = Math.SinCos(angle);
            Span<float> theta = drawn.Theta.AsSpan(i * 6, 6);
            theta[0] = (float)(mirror * cos / zoom * share);
            theta[1] = (float)(-sin / zoom * share);
            theta[2] = (float)x;
            theta[3] = (float)(mirror * sin / zoom * share);
            theta[4] = (float)(cos / zoom * share);
            theta[5] = (float)y;

            if (recipe.Sharpness > 0)
                drawn.Sharpness[i] = (float)(1 + (random.Between(-1, 1) * recipe.Sharpness));
            drawn.Contrast[i] = (float)(1 + (random.Between(-1, 1) * recipe.Contrast));
            drawn.Brightness[i] = (float)(random.Between(-255, 255) * recipe.Brightness);

            bool erase = random.NextDouble() < recipe.Erasing;
            double area = random.Between(recipe.ErasingArea[0], recipe.ErasingArea[1]) * seen * seen;
            double aspect = Math.Exp(random.Between(-1, 1) * Math.Log(3));
            int height = Math.Clamp((int)Math.Round(Math.Sqrt(area * aspect)), 1, seen);
            int width = Math.Clamp((int)Math.Round(Math.Sqrt(area / aspect)), 1, seen);
            int top = random.Below(seen - height + 1);
            int left = random.Below(seen - width + 1);
            if (erase)
            {
                drawn.ErasedRows.AsSpan((i * seen) + top, height).Fill(1);
                drawn.ErasedColumns.AsSpan((i * seen) + left, width).Fill(1);
            }
        }
        if (recipe.LowResolution > 0)
        {
            drawn.Resolution = recipe.LeastResolution + random.Below(Math.Max(1, seen - recipe.LeastResolution));
            for (int i = 0; i < count; i++)
                drawn.IsLow[i] = random.NextDouble() < recipe.LowResolution ? 1 : 0;
        }
        return drawn;
    }
}
