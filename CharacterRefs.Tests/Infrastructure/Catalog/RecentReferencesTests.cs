using CharacterRefs.Infrastructure.Catalog;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[Category("Unit")]
internal sealed class RecentReferencesTests
{
    [Test]
    public void Keep_WhenThereAreTooMany_StartsAnew()
    {
        var recent = new RecentReferences();
        var first = AReference.Uploaded();
        recent.Keep(first);
        for (var i = 1; i < RecentReferences.Capacity; i++)
        {
            recent.Keep(AReference.Uploaded());
        }

        Assert.That(recent.Find(first.Id), Is.EqualTo(first));
        recent.Keep(AReference.Uploaded());
        Assert.That(recent.Find(first.Id), Is.Null);

        recent.Keep(first);
        Assert.That(recent.Find(first.Id), Is.EqualTo(first));
    }
}
