using System.Diagnostics;

namespace CharacterRefs.Tests.Support;

/// <summary>Programs of others.</summary>
internal static class CommandLine
{
    /// <summary>Runs a program to its end, which must be a good one.</summary>
    /// <returns>What it wrote.</returns>
    public static Task<string> RunAsync(string program, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(Path.IsPathRooted(program) ? program : Find(program), arguments) { Environment = { ["LC_ALL"] = "C.UTF-8" } });

    /// <summary>Finds an installed program. Without it the test is ignored; where <c>S3_TEST_REQUIRED</c> is <c>1</c>, it fails.</summary>
    public static string Find(string program)
    {
        // Debian has servers in a directory that is not in the PATH of ordinary users.
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin");
        var path = directories.Select(directory => Path.Join(directory, program)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            var how = $"There is no {program}: install it, as .ci/run does.";
            if (Environment.GetEnvironmentVariable("S3_TEST_REQUIRED") == "1")
            {
                Assert.Fail(how);
            }

            Assert.Ignore(how);
        }

        return path!;
    }

    /// <summary>Starts this and waits for its end, which must be a good one.</summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{start.FileName}: {await output}{errors}");
        return await output;
    }
}
