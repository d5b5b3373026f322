using Mien.Tracking;

namespace Mien.Tests.Tracking;

public sealed class AssignmentTests
{
    [Fact]
    public void Nearest_first_would_cost_more_in_all() =>
        Assert.Equal([1, 0], Assignment.Solve(new[,] { { 0.1, 0.2 }, { 0.3, 0.9 } }));

    [Fact]
    public void Forbidden_pairs_stay_apart_though_nothing_else_is_left() =>
        Assert.Equal([-1, 1], Assignment.Solve(new[,] { { Assignment.Forbidden, Assignment.Forbidden }, { 0.5, 0.1 } }));

    [Fact]
    public void Nothing_to_pair_is_no_pair()
    {
        Assert.Equal([], Assignment.Solve(new double[0, 3]));
        Assert.Equal([-1, -1], Assignment.Solve(new double[2, 0]));
    }

    [Fact]
    public void It_is_as_good_as_trying_all()
    {
        var random = new Random(5);
        for (int trial = 0; trial < 300; trial++)
        {
            var cost = new double[random.Next(1, 6), random.Next(1, 6)];
            for (int i = 0; i < cost.Length; i++)
                cost[i / cost.GetLength(1), i % cost.GetLength(1)] = random.Next(4) == 0 ? Assignment.Forbidden : random.NextDouble();
            int[] found = Assignment.Solve(cost);
            Assert.Equal(found.Count(column => column >= 0), found.Where(column => column >= 0).Distinct().Count());
            Assert.Equal(Best(cost, 0, 0), Penalised(cost, found), tolerance: 1e-9);
        }
    }

    /// <summary>The least cost by trying all, where leaving a row alone costs more than any pair.</summary>
    private static double Best(double[,] cost, int row, int used)
    {
        if (row == cost.GetLength(0))
            return 0;
        double best = 1000 + Best(cost, row + 1, used);
        for (int column = 0; column < cost.GetLength(1); column++)
        {
            if ((used & (1 << column)) == 0 && cost[row, column] < 1000)
                best = Math.Min(best, cost[row, column] + Best(cost, row + 1, used | (1 << column)));
        }
        return best;
    }

    private static double Penalised(double[,] cost, int[] columns) => columns.Select((column, row) => column < 0 ? 1000 : cost[row, column]).Sum();
}
