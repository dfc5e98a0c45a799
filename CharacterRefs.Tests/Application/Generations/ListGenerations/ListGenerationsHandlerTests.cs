using CharacterRefs.Application.Generations.ListGenerations;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Generations;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Generations.ListGenerations;

[Category("Unit")]
internal sealed class ListGenerationsHandlerTests
{
    [TestCase(1, 5)]
    [TestCase(2, 3)]
    [TestCase(5, 1)]
    [TestCase(6, 1)]
    public async Task HandleAsync_WhenPagesFollow_ReturnsEachGenerationOnce(int limit, int pages)
    {
        await using var scene = new GenerationScene();
        for (var i = 0; i < 5; i++)
        {
            await scene.RunAsync();
        }

        var (seen, read, next) = (new List<GenerationId>(), 0, (GenerationId?)null);
        do
        {
            var page = await new ListGenerationsHandler(scene.Ledger).HandleAsync(new ListGenerationsQuery(null, next, limit), default);
            seen.AddRange(page.Items.Select(generation => generation.Id));
            (read, next) = (read + 1, page.Next);
        }
        while (next is not null);

        Assert.That(read, Is.EqualTo(pages));
        Assert.That(
            seen,
            Is.EqualTo(scene.Ledger.All.OrderByDescending(generation => generation.CreatedAt).ThenByDescending(generation => generation.Id.Value)
                .Select(generation => generation.Id)));
    }

    [Test]
    public async Task HandleAsync_WhenAStatusIsNamed_ReturnsOnlyThose()
    {
        await using var scene = new GenerationScene();
        scene.Generator.Scripts[0] = slot => slot.FailAsync(ErrorKind.UpstreamFailed);
        var failed = await scene.RunAsync();
        await scene.RunAsync();

        var page = await new ListGenerationsHandler(scene.Ledger).HandleAsync(new ListGenerationsQuery(GenerationStatus.Failed, null, 10), default);

        Assert.That(page.Items.Select(generation => generation.Id), Is.EqualTo([failed.Id]));
        Assert.That(page.Next, Is.Null);
    }
}
