using CharacterRefs.Application.References.ListPendingUploads;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.ListPendingUploads;

[Category("Unit")]
internal sealed class ListPendingUploadsHandlerTests
{
    private readonly ReferenceScene _scene = new();

    [Test]
    public async Task HandleAsync_WhenMoreWaitThanAreListed_CountsAll()
    {
        CharacterReference[] oldest = [AReference.Uploaded(), AReference.Uploaded()];
        _scene.Queue.ReadPendingAsync(2, Arg.Any<CancellationToken>()).Returns((300L, (IReadOnlyList<CharacterReference>)oldest));

        var report = await new ListPendingUploadsHandler(_scene.Queue).HandleAsync(2, CancellationToken.None);

        Assert.That((report.Count, report.Oldest), Is.EqualTo((300L, oldest)));
    }
}
