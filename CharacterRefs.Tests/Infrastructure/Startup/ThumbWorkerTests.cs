using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Infrastructure.Startup;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace CharacterRefs.Tests.Infrastructure.Startup;

[Category("Integration")]
internal sealed class ThumbWorkerTests : TwoNodesFixture
{
    private readonly ReferenceScene _scene = new();
    private readonly ConcurrentQueue<CharacterReferenceId> _rendered = [];

    /// <summary>PostgreSQL gives numbers when rows are inserted, and shows the rows when their transactions commit.</summary>
    [Test]
    public async Task Round_WhenAnImageWithALowerNumberIsCommittedLater_RendersItToo()
    {
        var (early, late) = (AReference.Uploaded(), AReference.Uploaded());
        await using var other = await Two.Contexts.CreateDbContextAsync();
        await using var transaction = await other.Database.BeginTransactionAsync();
        other.References.Add(CatalogRows.ToRow(late));
        await other.SaveChangesAsync();
        await One.References.AddAsync(early, CancellationToken.None);
        await using var generations = new GenerationScene();
        using var worker = new ThumbWorker(
            One.Derivatives, _scene.Derivatives, One.Node, generations.Events, generations.Runner, One.Clock, NullLogger<ThumbWorker>.Instance);

        await worker.StartAsync(CancellationToken.None);
        await UntilRenderedAsync(early);
        await transaction.CommitAsync();
        generations.Events.Add(late);
        await UntilRenderedAsync(late);
        await worker.StopAsync(CancellationToken.None);

        Assert.That(_rendered, Is.EqualTo([early.Id, late.Id]));
    }

    [SetUp]
    public void RenderAll()
    {
        _scene.Catalog.FindAsync(default, default).ReturnsForAnyArgs(call => One.References.FindAsync(call.Arg<CharacterReferenceId>(), default));
        _scene.Renderer.RenderAsync(default!, default!, default!, default).ReturnsForAnyArgs(call =>
        {
            _rendered.Enqueue(call.Arg<CharacterReference>().Id);
            return new RenderedDerivative(new byte[3], "#102030", new ImageDetails(ImageFormat.Png, 8, 8));
        });
    }

    private Task UntilRenderedAsync(CharacterReference reference) => Condition.UntilAsync(() => _rendered.Contains(reference.Id));
}
