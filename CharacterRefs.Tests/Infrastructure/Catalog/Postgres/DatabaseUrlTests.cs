using CharacterRefs.Infrastructure.Catalog.Postgres;
using Npgsql;

namespace CharacterRefs.Tests.Infrastructure.Catalog.Postgres;

[Category("Unit")]
internal sealed class DatabaseUrlTests
{
    [TestCase("postgres://me:p%40ss%2Fword@db.example:6432/refs?sslmode=verify-full&application_name=mv", "db.example", 6432, "refs", "me", "p@ss/word", "mv")]
    [TestCase("postgresql://me@[::1]/refs", "::1", 5432, "refs", "me", null, "CharacterRefs")]
    [TestCase("Host=db.example;Port=1;Database=refs;Username=me;Password='a;b'", "db.example", 1, "refs", "me", "a;b", "CharacterRefs")]
    public void Parse_WhenItIsAUrlOrKeys_ReadsEachPart(
        string value, string host, int port, string database, string user, string? password, string application)
    {
        var read = new NpgsqlConnectionStringBuilder(DatabaseUrl.Parse(value));

        Assert.That(
            (read.Host, read.Port, read.Database, read.Username, read.Password, read.ApplicationName),
            Is.EqualTo((host, port, database, user, password, application)));
    }

    [Test]
    public void Parse_WhenTheUrlHasAnSslMode_KeepsIt() => Assert.That(
        new NpgsqlConnectionStringBuilder(DatabaseUrl.Parse("postgres://h/d?sslmode=verify-full")).SslMode, Is.EqualTo(SslMode.VerifyFull));

    [TestCase("read-write")]
    [TestCase("primary")]
    [TestCase("prefer-standby")]
    public void Parse_WhenTheUrlHasTargetSessionAttributes_KeepsThem(string value) => Assert.That(
        new NpgsqlConnectionStringBuilder(DatabaseUrl.Parse($"postgres://h/d?target_session_attrs={value}")).TargetSessionAttributes, Is.EqualTo(value));

    [TestCase("mysql://h/d")]
    [TestCase("postgres://h")]
    [TestCase("postgres:///d")]
    [TestCase("postgres://h/d?sslmode=perhaps")]
    [TestCase("postgres://h/d?no_such_key=1")]
    [TestCase("postgres://h:port/d")]
    [TestCase("Host=h")]
    [TestCase("Database=d")]
    [TestCase("NoSuchKey=1;Host=h;Database=d")]
    [TestCase("h")]
    public void Parse_WhenItIsNeither_IsNull(string value) => Assert.That(DatabaseUrl.Parse(value), Is.Null);
}
