import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;

/** Holds the lock on a file, as Kafka does, until the standard input ends. */
public class HoldLock {
    public static void main(String[] arguments) throws Exception {
        RandomAccessFile file;
        try {
            file = new RandomAccessFile(arguments[0], "rw");
        } catch (java.io.IOException error) {
            System.out.println("error " + error.getMessage());
            return;
        }
        Object lock;
        try {
            lock = file.getChannel().tryLock();
        } catch (OverlappingFileLockException error) {
            lock = null;
        }
        System.out.println(lock == null ? "busy" : "held");
        System.out.flush();
        if (lock == null) return;
        while (System.in.read() >= 0) { }
    }
}
