using Mien.Training.Torch;

namespace Mien.Training.Tests.Torch;

/// <summary>Not beside other tests, because it counts the process's tensors.</summary>
[CollectionDefinition(nameof(CountsTensors), DisableParallelization = true)]
public sealed class CountsTensors;

[Collection(nameof(CountsTensors))]
public sealed class TensorScopeTests
{
    private readonly long _before;

    public TensorScopeTests()
    {
        Libtorch.Require();
        // What other tests left to the garbage collector goes now and not while this test counts.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _before = TorchRuntime.LiveTensors;
    }

    private long Live => TorchRuntime.LiveTensors - _before;

    [Fact]
    public void A_scope_frees_its_temporaries()
    {
        using (new TensorScope())
        {
            Tensor x = Tensor.Ones([4, 4]);
            for (int i = 0; i < 10; i++)
                x += x.MatMul(x).Sigmoid() * 0.01;
            Assert.Equal(41, Live);
        }
        Assert.Equal(0, Live);
    }

    [Fact]
    public void A_training_step_leaves_nothing_but_parameters_gradients_and_state()
    {
        using Tensor weight = Tensor.Randn([8, 1, 3, 3]).WithGrad();
        using var optimizer = new AdamW([weight]);
        for (int step = 0; step < 50; step++)
        {
            using var scope = new TensorScope();
            optimizer.ZeroGrad();
            Tensor input = Tensor.Randn([2, 1, 6, 6]);
            input.Conv2d(weight, padding: 1).ReluInPlace().Mean([2, 3]).CrossEntropy(Tensor.From([1L, 5])).Backward();
            optimizer.Step();
        }
        Assert.Equal(3, Live);
    }

    [Fact]
    public void What_is_kept_goes_to_the_scope_around()
    {
        using (new TensorScope())
        {
            Tensor kept;
            using (var inner = new TensorScope())
            {
                Tensor temporary = Tensor.Ones([2]);
                kept = inner.Keep(temporary * 2);
                Assert.Equal(2, Live);
            }
            Assert.Equal(1, Live);
            Assert.Equal([2f, 2], kept.ToArray<float>());
        }
        Assert.Equal(0, Live);
    }

    [Fact]
    public void What_is_unscoped_lives_until_it_is_disposed()
    {
        Tensor kept;
        using (new TensorScope())
            kept = Tensor.Ones([2]).Unscoped();
        Assert.Equal(1, Live);
        kept.Dispose();
        Assert.Equal(0, Live);
    }

    [Fact]
    public void Errors_leave_no_tensor_behind()
    {
        using (new TensorScope())
        {
            Assert.Throws<TorchException>(() => Tensor.Ones([2]) + Tensor.Ones([3]));
            Assert.Equal(2, Live);
        }
        Assert.Equal(0, Live);
    }

    [Fact]
    public void Scopes_close_in_the_reverse_order()
    {
        var outer = new TensorScope();
        var inner = new TensorScope();
        Assert.Throws<InvalidOperationException>(outer.Dispose);
        inner.Dispose();
        outer.Dispose();
        outer.Dispose();
    }

    [Fact]
    public void A_scope_is_one_threads_own()
    {
        using var scope = new TensorScope();
        Tensor? made = null;
        var thread = new Thread(() => made = Tensor.Ones([2]));
        thread.Start();
        thread.Join();
        Assert.Null(made!.Scope);
        made.Dispose();
    }
}
