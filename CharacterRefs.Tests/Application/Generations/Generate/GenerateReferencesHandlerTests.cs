using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Doubles;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Generations.Generate;

[Category("Unit")]
internal sealed class GenerateReferencesHandlerTests
{
    private static readonly IdempotencyKey s_key = new("", "key-1", "hash-1");

    [Test]
    public async Task HandleAsync_WhenAccepted_RecordsThePlanAndTheRequest()
    {
        await using var scene = new GenerationScene();

        var started = (await scene.BeginAsync(GenerationScene.Command(2, seed: 100))).Value!;

        var generation = started.Generation;
        Assert.That(started.IsReplay, Is.False);
        Assert.That((generation.Description, generation.Prompt, generation.Model, generation.Flavor), Is.EqualTo(
            ("a knight", "Draw a knight.", "owner/planned", "default")));
        Assert.That((generation.CreatedAt, generation.Revision, generation.Status), Is.EqualTo((AReference.Time, 1L, GenerationStatus.Queued)));
        Assert.That(generation.ParametersDropped, Is.EqualTo(["negative_prompt"]));
        Assert.That(generation.Slots.Select(slot => (slot.Index, slot.Seed)), Is.EqualTo(new (int, int?)[] { (0, 100), (1, 101) }));
        Assert.That(generation.Slots.Select(slot => slot.ImageId), Is.Unique);
    }

    [Test]
    public async Task HandleAsync_WhenNoSeedIsGiven_ChoosesABaseAndCountsUpFromIt()
    {
        await using var scene = new GenerationScene();

        var bases = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var seeds = (await scene.BeginAsync(GenerationScene.Command(4, seed: null))).Value!.Generation.Slots.Select(slot => slot.Seed).ToList();
            bases.Add(seeds[0]!.Value);
            Assert.That(seeds, Is.EqualTo(Enumerable.Range(bases[^1], 4)));
        }

        Assert.That(bases, Is.All.InRange(0, GenerationLimits.MaxSeed - GenerationLimits.MaxImages));
        Assert.That(bases.Distinct().Count(), Is.GreaterThan(1));
    }

    [Test]
    public async Task HandleAsync_WhenModelTakesNoSeed_RecordsNone()
    {
        await using var scene = new GenerationScene { Generator = new ScriptedGenerator { UsesSeed = false } };

        var generation = (await scene.BeginAsync(GenerationScene.Command(2, seed: 5))).Value!.Generation;

        Assert.That(generation.Slots.Select(slot => slot.Seed), Is.All.Null);
    }

    [Test]
    public async Task HandleAsync_WhenPlanIsRejected_RecordsNothing()
    {
        await using var scene = new GenerationScene();
        scene.Generator.PlanError = Error.Invalid("aspect_ratio", "This model takes 1:1 only.");

        var result = await scene.BeginAsync(key: s_key);

        Assert.That(result.Error, Is.SameAs(scene.Generator.PlanError));
        Assert.That(scene.Ledger.All, Is.Empty);
        Assert.That(await scene.Ledger.FindByKeyAsync("", "key-1", default), Is.Null, "the key is free");
    }

    [Test]
    public async Task HandleAsync_WhenRequestNamesSomethingUnknown_PlansNothing()
    {
        await using var scene = new GenerationScene();

        var result = await scene.BeginAsync(GenerationScene.Command() with { Flavor = "noir" });

        Assert.That(result.Error?.Field, Is.EqualTo("config_flavor"));
        Assert.That(scene.Generator.Planned, Is.Null);
    }

    [Test]
    public async Task HandleAsync_WhenKeyAndBodyAreSentAgain_IsTheSameGeneration()
    {
        await using var scene = new GenerationScene();
        var first = (await scene.BeginAsync(key: s_key)).Value!;
        scene.Generator.PlanError = Error.Invalid("model", "Gone meanwhile.");

        var second = (await scene.BeginAsync(key: s_key)).Value!;

        Assert.That(second.Generation.Id, Is.EqualTo(first.Generation.Id));
        Assert.That(second.IsReplay, Is.True);
    }

    [Test]
    public async Task HandleAsync_WhenKeyComesWithAnotherBody_IsRejectedBeforeAnythingElse()
    {
        await using var scene = new GenerationScene();
        await scene.BeginAsync(key: s_key);
        scene.AvailableBytes = 0;

        var result = await scene.BeginAsync(GenerationScene.Command() with { Flavor = "noir" }, s_key with { RequestHash = "hash-2" });

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.IdempotencyKeyReused));
    }

    [Test]
    public async Task HandleAsync_WhenFiftyEqualRequestsRace_StartsOneGeneration()
    {
        await using var scene = new GenerationScene();

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => scene.BeginAsync(key: s_key))));

        Assert.That(results.Select(result => result.Value?.Generation.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(results.Count(result => !result.Value!.IsReplay), Is.EqualTo(1));
        Assert.That(scene.Ledger.All, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task HandleAsync_WhenTheDiskIsFull_PaysNothing()
    {
        await using var scene = new GenerationScene { AvailableBytes = 999 };

        var result = await scene.BeginAsync();

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.StorageUnavailable));
        Assert.That(result.Error?.Detail, Does.Contain("GENERATION_MIN_FREE_BYTES").And.Contain("nothing was paid"));
        Assert.That(scene.Ledger.All, Is.Empty);
    }

    [Test]
    public async Task HandleAsync_WhenTheQueueIsFull_IsRateLimited()
    {
        await using var scene = new GenerationScene { Settings = ReferenceScene.Settings with { Concurrency = 1, QueueLimit = 1 } };
        scene.Generator.Scripts[0] = slot => slot.RunForeverAsync();
        await scene.BeginAsync();
        await scene.BeginAsync();

        var result = await scene.BeginAsync();

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.RateLimited));
        Assert.That(result.Error?.RetryAfter, Is.Not.Null);
    }

    [TestCase("0.04", null, "0.16", null)]
    [TestCase("0.04", "0.16", "0.16", null)]
    [TestCase("0.04", "0.15", null, "max_cost_usd")]
    [TestCase(null, "1", null, "MODEL_PRICES")]
    [TestCase(null, null, null, null)]
    public async Task HandleAsync_WhenItHasACost_IsBoundedByTheRequest(string? price, string? maxCost, string? cost, string? rejection)
    {
        await using var scene = new GenerationScene { Prices = Prices(price) };

        var result = await scene.BeginAsync(GenerationScene.Command(4) with { MaxCostUsd = maxCost is null ? null : decimal.Parse(maxCost) });

        Assert.That(result.Value?.Generation.CostEstimate, Is.EqualTo(cost is null ? (decimal?)null : decimal.Parse(cost)));
        Assert.That(result.Error?.Kind, Is.EqualTo(rejection is null ? (ErrorKind?)null : ErrorKind.BudgetExceeded));
        Assert.That(result.Error?.Detail ?? "", Does.Contain(rejection ?? ""));
    }

    [Test]
    public async Task HandleAsync_WhenTheDayIsSpent_IsRejectedUnpaid()
    {
        await using var scene = new GenerationScene { Prices = Prices("0.04"), Settings = ReferenceScene.Settings with { DailyBudgetUsd = 0.3m } };
        await scene.BeginAsync(GenerationScene.Command(4));

        var result = await scene.BeginAsync(GenerationScene.Command(4), s_key);

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.BudgetExceeded));
        Assert.That(result.Error?.Detail, Does.Contain("0.16").And.Contain("0.3").And.Contain("BUDGET_USD_PER_DAY"));
        Assert.That((await scene.BeginAsync(GenerationScene.Command(3))).Error, Is.Null, "what fits is accepted");
    }

    private static ModelPrices Prices(string? price) =>
        ModelPrices.Read(price is null ? TestSettings.Of() : TestSettings.Of(("MODEL_PRICES", $"owner/planned={price}")));
}
