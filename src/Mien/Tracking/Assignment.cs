namespace Mien.Tracking;

/// <summary>Pairs rows with columns so that as many as possible are paired, and of those pairings the one with the least total cost.</summary>
internal static class Assignment
{
    /// <summary>A pair that must not be.</summary>
    public const double Forbidden = double.PositiveInfinity;

    /// <summary>What a forbidden pair costs inside, so that it is chosen only where nothing else is left; far above any sum of real costs.</summary>
    private const double Prohibitive = 1e9;

    /// <summary>The Hungarian method (Kuhn 1955) with shortest augmenting paths, in O(rows² x columns).</summary>
    /// <param name="cost">Rows x columns; 0 to 1, or <see cref="Forbidden"/>.</param>
    /// <returns>For each row its column, or -1 for none.</returns>
    public static int[] Solve(double[,] cost)
    {
        int rows = cost.GetLength(0), columns = cost.GetLength(1);
        if (rows > columns)
        {
            var rowOf = Solve(Transpose(cost));
            var columnOf = new int[rows];
            Array.Fill(columnOf, -1);
            for (int column = 0; column < columns; column++)
            {
                if (rowOf[column] >= 0)
                    columnOf[rowOf[column]] = column;
            }
            return columnOf;
        }

        // Rows and columns count from 1 here: column 0 holds the row that looks for its place.
        var rowPotential = new double[rows + 1];
        var columnPotential = new double[columns + 1];
        var owner = new int[columns + 1];
        var cameFrom = new int[columns + 1];
        for (int row = 1; row <= rows; row++)
        {
            owner[0] = row;
            int end = 0;
            var distance = new double[columns + 1];
            Array.Fill(distance, double.PositiveInfinity);
            var visited = new bool[columns + 1];
            do
            {
                visited[end] = true;
                int next = 0;
                double step = double.PositiveInfinity;
                for (int column = 1; column <= columns; column++)
                {
                    if (visited[column])
                        continue;
                    double reduced = Math.Min(cost[owner[end] - 1, column - 1], Prohibitive) - rowPotential[owner[end]] - columnPotential[column];
                    if (reduced < distance[column])
                        (distance[column], cameFrom[column]) = (reduced, end);
                    if (distance[column] < step)
                        (step, next) = (distance[column], column);
                }
                for (int column = 0; column <= columns; column++)
                {
                    if (visited[column])
                    {
                        rowPotential[owner[column]] += step;
                        columnPotential[column] -= step;
                    }
                    else
                    {
                        distance[column] -= step;
                    }
                }
                end = next;
            }
            while (owner[end] != 0);
            for (; end != 0; end = cameFrom[end])
                owner[end] = owner[cameFrom[end]];
        }

        var found = new int[rows];
        Array.Fill(found, -1);
        for (int column = 1; column <= columns; column++)
        {
            if (owner[column] != 0 && cost[owner[column] - 1, column - 1] < Prohibitive)
                found[owner[column] - 1] = column - 1;
        }
        return found;
    }

    private static double[,] Transpose(double[,] matrix)
    {
        var transposed = new double[matrix.GetLength(1), matrix.GetLength(0)];
        for (int row = 0; row < matrix.GetLength(0); row++)
        {
            for (int column = 0; column < matrix.GetLength(1); column++)
                transposed[column, row] = matrix[row, column];
        }
        return transposed;
    }
}
