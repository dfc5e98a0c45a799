using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace CharacterRefs.Api.Startup;

/// <summary>
/// A socket filter of Linux (<c>SO_ATTACH_FILTER</c>) that drops SYN segments, so that no new connection gets into the backlog of a socket that is about to be
/// closed. The client's system sends the SYN again after a second (RFC 6298, 2.1), and its connection is refused then.
/// </summary>
internal static class SynFilter
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int AttachFilter = 26; // SO_ATTACH_FILTER

    private const ushort LoadByte = 0x30;
    private const ushort JumpIfSet = 0x45;
    private const ushort Return = 0x06;
    private const uint FlagsOfSegment = 13; // RFC 9293, 3.1
    private const uint Syn = 0x02;

    // Pinned: the kernel reads it by its address.
    private static readonly Instruction[] s_program = CreateProgram();

    /// <summary>Attaches it to a socket that listens. Without effect on other systems, or where the system does not allow filters.</summary>
    public static void Attach(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || socket.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            return;
        }

        var program = new Program((ushort)s_program.Length, Marshal.UnsafeAddrOfPinnedArrayElement(s_program, 0));
        try
        {
            socket.SetRawSocketOption(SocketLevel, AttachFilter, MemoryMarshal.AsBytes(new ReadOnlySpan<Program>(in program)));
        }
        catch (SocketException)
        {
            // A connection can then be reset that comes between the last look at the backlog and the close, microseconds later.
        }
    }

    private static Instruction[] CreateProgram()
    {
        var program = GC.AllocateUninitializedArray<Instruction>(4, pinned: true);
        program[0] = new Instruction(LoadByte, 0, 0, FlagsOfSegment);
        program[1] = new Instruction(JumpIfSet, 0, 1, Syn);
        program[2] = new Instruction(Return, 0, 0, 0); // drops the segment
        program[3] = new Instruction(Return, 0, 0, uint.MaxValue); // keeps all of it
        return program;
    }

    /// <summary><c>struct sock_filter</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    /// <summary><c>struct sock_fprog</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Program(ushort Length, nint Instructions);
}
