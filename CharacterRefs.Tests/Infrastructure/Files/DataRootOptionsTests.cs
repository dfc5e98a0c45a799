using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure.Files;
using Microsoft.Extensions.Configuration;

namespace CharacterRefs.Tests.Infrastructure.Files;

[Category("Unit")]
internal sealed class DataRootOptionsTests
{
    [TestCase(null, "mv/outputs")]
    [TestCase("", "mv/outputs")]
    [TestCase("/srv/data", "/srv/data")]
    public void Read_WhenSetOrNot_NamesTheDirectory(string? value, string expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("DATA_ROOT", value)]).Build();

        Assert.That(DataRootOptions.Read(new Settings(configuration)).Path, Is.EqualTo(expected));
    }
}
